/**
 * `pnpm bench [figure …]`: measures the named figures, or all, and prints one JSON line for each; on a terminal a table too. A figure that
 * cannot be measured fails the command, after the others have been.
 */
import type { Figure } from './figure.ts';

type Bench = () => Promise<Figure>;

/** Figure → its bench, loaded when it is asked for. */
export const FIGURES: Readonly<Record<string, () => Promise<Bench>>> = {
  gateway_vs_stock: async () => (await import('./gateways.ts')).gatewayVsStock,
  gateway_vs_hive: async () => (await import('./gateways.ts')).gatewayVsHive,
  subgraph_vs_stock: async () => (await import('./subgraphs.ts')).subgraphVsStock,
  claims_growth: async () => (await import('./claims-growth.ts')).claimsGrowth,
  adjudication_vs_sql: async () => (await import('./adjudication.ts')).adjudicationVsSql,
  ledger_growth: async () => (await import('./ledger-growth.ts')).ledgerGrowth,
  events_embedded: async () => (await import('./events.ts')).eventsEmbedded,
  events_kafka: async () => (await import('./events.ts')).eventsKafka,
};

function table(figures: readonly Figure[]): string {
  const rows = [['figure', 'ours', 'other', 'ratio', 'unit'], ...figures.map(({ figure, ours, other, ratio, unit }) => [figure, String(ours), String(other), `${ratio} ×`, unit])];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => row.map((cell, column) => (column === 0 || column === 4 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')).join('\n');
}

/** Runs the benches; sets the exit code. */
export async function run(names: readonly string[]): Promise<void> {
  const wanted = names.length > 0 ? names : Object.keys(FIGURES);
  const unknown = wanted.filter((name) => !Object.hasOwn(FIGURES, name));
  if (unknown.length > 0) throw new Error(`No figure ${unknown.join(', ')}. There are: ${Object.keys(FIGURES).join(', ')}.`);
  const figures: Figure[] = [];
  for (const name of wanted) {
    try {
      const bench = await FIGURES[name]?.();
      if (!bench) continue;
      const figure = await bench();
      figures.push(figure);
      console.log(JSON.stringify(figure));
    } catch (error) {
      console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
  if (process.stdout.isTTY && figures.length > 0) console.log(`\n${table(figures)}`);
}

await run(process.argv.slice(2));
