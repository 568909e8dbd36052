// The tasks of a request for a bulk action: the groups of equal changes, and the search.
import type { ChangeGroupView, TaskView } from "../bindings";
import { includes } from "./paging";

/** Groups equal changes (same field, same old and new value) and counts their credentials. */
export function groupsOf(tasks: TaskView[]): ChangeGroupView[] {
  const groups = new Map<string, ChangeGroupView>();
  for (const task of tasks)
    for (const { field, parts } of task.changes) {
      const from = parts.map((each) => each.from).join(" · ");
      const to = parts.map((each) => each.to).join(" · ");
      const key = `${field} ${from} ${to}`;
      const group = groups.get(key) ?? { key, field, from, to, count: 0 };
      groups.set(key, { ...group, count: group.count + 1 });
    }
  return [...groups.values()].sort((a, b) => b.count - a.count).slice(0, 50);
}

export function filterTasks(
  tasks: TaskView[],
  { text, group }: { text: string | null; group: string | null },
): TaskView[] {
  const texts = ({ changes }: TaskView) => changes.flatMap(({ parts }) => parts.flatMap(({ from, to }) => [from, to]));
  return tasks.filter(
    (task) =>
      includes(text, task.username, task.deviceName, ...texts(task)) &&
      (group === null || groupsOf([task]).some(({ key }) => key === group)),
  );
}
