/**
 * The command line. Each command is a file; it is loaded when it is called. A command throws to fail: its message goes to stderr, the exit code is 1.
 */
type Command = (args: readonly string[]) => Promise<void>;

const commands: Readonly<Record<string, () => Promise<{ default: Command }>>> = {
  bench: () => import('./commands/bench.ts'),
  build: () => import('./commands/build.ts'),
  check: () => import('./commands/check.ts'),
  'db:url': () => import('./commands/db-url.ts'),
  'demo:clock': () => import('./commands/demo-clock.ts'),
  'demo:mail': () => import('./commands/demo-mail.ts'),
  'demo:reset': () => import('./commands/demo-reset.ts'),
  'demo:seed': () => import('./commands/demo-seed.ts'),
  'demo:token': () => import('./commands/demo-token.ts'),
  gateway: () => import('./commands/gateway.ts'),
  generate: () => import('./commands/generate.ts'),
  migrate: () => import('./commands/migrate.ts'),
  'migration:new': () => import('./commands/migration-new.ts'),
  prepare: () => import('./commands/prepare.ts'),
  serve: () => import('./commands/serve.ts'),
  smoke: () => import('./commands/smoke.ts'),
  start: () => import('./commands/start.ts'),
  test: () => import('./commands/test.ts'),
  work: () => import('./commands/work.ts'),
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
