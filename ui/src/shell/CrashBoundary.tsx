// Shows a text and a button when a screen fails to render, so that the window is never blank.
import { Button } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { EmptyState } from "../components/feedback/EmptyState";
import { i18next } from "../i18n";

export class CrashBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  render() {
    if (!this.state.broken) return this.props.children;
    return (
      <main style={{ display: "grid", placeItems: "center", height: "100%" }} role="alert">
        <EmptyState
          text={i18next.t("common.crashed")}
          detail={i18next.t("common.crashedRecovery")}
          action={<Button onClick={() => window.location.reload()}>{i18next.t("common.reload")}</Button>}
        />
      </main>
    );
  }
}
