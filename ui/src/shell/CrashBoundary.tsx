// Shows a text and a button when a screen fails to render, so that the window is never blank.
import { Button } from "@mantine/core";
import { Component, type ErrorInfo, type ReactNode } from "react";
import { EmptyState } from "../components/feedback/EmptyState";
import { Reference } from "../components/feedback/Reference";
import { i18next } from "../i18n";
import { reportProblem } from "../ipc";

type State = { broken: boolean; reference: string };

export class CrashBoundary extends Component<{ children: ReactNode }, State> {
  state: State = { broken: false, reference: "" };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  componentDidCatch(error: unknown, { componentStack }: ErrorInfo) {
    this.setState({ reference: reportProblem("render", error, componentStack) });
  }

  render() {
    if (!this.state.broken) return this.props.children;
    return (
      <main style={{ display: "grid", placeItems: "center", height: "100%" }} role="alert">
        <EmptyState
          text={i18next.t("common.crashed")}
          detail={i18next.t("common.crashedRecovery")}
          action={
            <>
              {this.state.reference && <Reference reference={this.state.reference} />}
              <Button onClick={() => window.location.reload()}>{i18next.t("common.reload")}</Button>
            </>
          }
        />
      </main>
    );
  }
}
