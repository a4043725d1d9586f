/** `pnpm build`: what `start` runs, made again where its sources have changed. */
import { buildPortal, buildProcesses, buildSupergraph, portals } from '../build/build.ts';
import { SUBGRAPHS } from '../repository.ts';
import { generateFor } from './generate.ts';

export default async function command(): Promise<void> {
  await generateFor(SUBGRAPHS, false, console.log);
  await buildProcesses();
  await buildSupergraph();
  for (const name of portals()) if (await buildPortal(name)) console.log(`built portals/${name}`);
}
