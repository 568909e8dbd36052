// The content of an empty list: one sentence (and perhaps the reason), one action.
import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

export function EmptyState({ text, detail, action }: { text: string; detail?: string; action?: ReactNode }) {
  return (
    <Stack align="center" gap="sm" maw="28rem" ta="center">
      <Text size="md">{text}</Text>
      {detail && (
        <Text size="sm" c="dimmed">
          {detail}
        </Text>
      )}
      {action}
    </Stack>
  );
}
