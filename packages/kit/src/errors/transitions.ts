/**
 * State machines as one table of (from, command, to). The code, its test and the subgraph's README read the same table.
 */
import { IllegalTransition } from './refusal.ts';

export interface Transition<S extends string, C extends string> {
  readonly from: S;
  readonly command: C;
  readonly to: S;
}

export interface StateMachine<S extends string, C extends string> {
  readonly name: string;
  readonly transitions: readonly Transition<S, C>[];
  /** The state a command leads to. Throws `IllegalTransition`, which names both states, when the table has no such row. */
  next(from: S, command: C, to?: S): S;
  can(from: S, command: C): boolean;
}

/** A machine from rows `[from, command, to]`. A command may lead to several states (a decision); `next` is then told which. */
export function stateMachine<S extends string, C extends string>(
  name: string,
  rows: readonly (readonly [S, C, S])[],
): StateMachine<S, C> {
  const transitions = rows.map(([from, command, to]) => ({ from, command, to }));
  return {
    name,
    transitions,
    can: (from, command) => transitions.some((t) => t.from === from && t.command === command),
    next(from, command, to) {
      const row = transitions.find((t) => t.from === from && t.command === command && (to === undefined || t.to === to));
      if (row) return row.to;
      const target = to ?? transitions.find((t) => t.command === command)?.to ?? command;
      throw new IllegalTransition(name, from, target);
    },
  };
}

/** The table as Markdown, for a README. */
export function transitionTable<S extends string, C extends string>(machine: StateMachine<S, C>): string {
  const rows = machine.transitions.map((t) => `| ${t.from} | ${t.command} | ${t.to} |`);
  return ['| from | command | to |', '| --- | --- | --- |', ...rows].join('\n');
}
