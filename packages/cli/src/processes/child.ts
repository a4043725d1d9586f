/**
 * How a process of the house runs under `start`: it is told its configuration, says when it is ready, and ends when it is told to, or when the supervisor is gone,
 * however that died. Ctrl-C reaches every process of a terminal at once; here it is ignored, because the supervisor stops them in order.
 */
export interface RunningProcess {
  /** What the supervisor wants to know: addresses. */
  readonly ready: object;
  stop(): Promise<void>;
}

const STOP_MS_MAX = 20_000;

/** Ends the process in order, once. */
function ender(stop: () => Promise<void>): () => void {
  let isEnding = false;
  return () => {
    if (isEnding) return;
    isEnding = true;
    setTimeout(() => process.exit(1), STOP_MS_MAX).unref();
    stop().then(() => process.exit(0), () => process.exit(1));
  };
}

/** In a process that `start` has started. */
export function runAsChild<C>(start: (config: C) => Promise<RunningProcess>): void {
  let running: Promise<RunningProcess> | undefined;
  const end = ender(async () => (await running)?.stop());
  process.on('SIGINT', () => {});
  process.on('SIGTERM', end);
  process.on('disconnect', end);
  process.on('message', (message: { config?: C; stop?: true }) => {
    if (message.stop) end();
    if (!message.config || running) return;
    running = start(message.config);
    running.then(
      ({ ready }) => process.send?.({ ready }),
      (error: Error) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.send?.({ loaded: true });
}

/** In a process of its own: runs until SIGTERM or SIGINT. */
export async function runAlone(start: () => Promise<RunningProcess>): Promise<void> {
  const running = await start();
  const end = ender(() => running.stop());
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

export const isChild = (): boolean => process.env.OLLY_CHILD === 'true' && process.send !== undefined;
