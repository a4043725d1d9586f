/** `pnpm smoke [story …]`: tells the named stories, or all, against the running system; a line a step, exit 1 on the first wrong answer. */
import { requireRun } from '../running.ts';
import { STORIES } from '../smoke/stories.ts';
import { StoryEnded, tell } from '../smoke/story.ts';

export default async function command(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !STORIES.some((story) => story.name === name));
  if (unknown) throw new Error(`There is no story "${unknown}". There are: ${STORIES.map(({ name }) => name).join(', ')}.`);
  const run = requireRun();
  let steps = 0;
  try {
    for (const story of STORIES.filter(({ name }) => names.length === 0 || names.includes(name))) steps += await tell(story, run, console.log);
    console.log(`${steps} steps, all right.`);
  } catch (error) {
    if (!(error instanceof StoryEnded)) throw error;
    process.exitCode = 1;
  }
}
