/**
 * The command line. Each command is a file; it is loaded when it is called. A command throws to fail: its message goes to stderr, the exit code is 1.
 */
type Command = (args: readonly string[]) => Promise<void>;

const commands: Readonly<Record<string, () => Promise<{ default: Command }>>> = {
  check: () => import('./commands/check.ts'),
  'db:url': () => import('./commands/db-url.ts'),
  'demo:clock': () => import('./commands/demo-clock.ts'),
  generate: () => import('./commands/generate.ts'),
  migrate: () => import('./commands/migrate.ts'),
  'migration:new': () => import('./commands/migration-new.ts'),
  test: () => import('./commands/test.ts'),
};

/** Runs one command with its arguments and sets the exit code. */
export async function run(args: readonly string[]): Promise<void> {
  const [name = '', ...rest] = args;
  const command = commands[name];
  if (!command) {
    console.error(`Say one of: ${Object.keys(commands).join(', ')}.`);
    process.exitCode = 1;
    return;
  }
  try {
    const { default: start } = await command();
    await start(rest);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    if (process.env.OLLY_DEBUG) console.error(error);
    process.exitCode = 1;
  }
}
