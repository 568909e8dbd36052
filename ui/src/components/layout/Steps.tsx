// The steps of a wizard at the left: done, current, to come. Reachable steps are buttons.
import { UnstyledButton } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import classes from "./Steps.module.css";

type Step<S> = { id: S; label: string; detail?: string; done: boolean; open: boolean };
type Props<S> = { label: string; steps: Step<S>[]; current: S; onGo: (step: S) => void };

export function Steps<S extends string>({ label, steps, current, onGo }: Props<S>) {
  const here = steps.findIndex(({ id }) => id === current);
  return (
    <nav aria-label={label}>
      <ol className={classes.steps}>
        {steps.map(({ id, label: name, detail, done, open }, at) => (
          <li key={id}>
            <UnstyledButton
              className={classes.step}
              aria-current={id === current ? "step" : undefined}
              disabled={!open}
              onClick={() => onGo(id)}
            >
              <span className={classes.sign} aria-hidden>
                {done && at < here ? <IconCheck size={14} /> : at + 1}
              </span>
              <span>
                <span className={classes.name}>{name}</span>
                {detail && <span className={classes.detail}>{detail}</span>}
              </span>
            </UnstyledButton>
          </li>
        ))}
      </ol>
    </nav>
  );
}
