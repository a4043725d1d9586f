/**
 * Three kinds of tests, told apart by name: `*.test.ts` pure, `*.db.test.ts` on PostgreSQL, `*.e2e.test.ts` through the gateway; and, asked for by name,
 * `*.kafka.test.ts` on a real broker. A server is started only when a run has files that need it. Two workers: the suite must fit a machine of two cores.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

process.env.OLLY_SCALE ??= '0.05';
process.env.OLLY_SEED ??= String(Math.floor(Math.random() * 2 ** 31));

const roots = '{packages,gateway,subgraphs,bench,portals}';
const exclude = ['**/node_modules/**', '**/dist/**', '**/generated/**'];
const globalSetup = ['packages/kit/src/testing/setup.ts'];

/** The tests on a real broker need Java and Maven: they run when asked for by name, `vitest run --project kafka`. */
const isKafkaAsked = process.argv.some((argument, at) => argument === '--project=kafka' || (argument === 'kafka' && process.argv[at - 1] === '--project'));
const kafka = {
  extends: true as const,
  test: {
    name: 'kafka',
    include: [`${roots}/**/*.kafka.test.ts`],
    exclude,
    globalSetup: [...globalSetup, 'packages/kit/src/testing/kafka-setup.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
};

/** graphql has two builds; Apollo's libraries `require` one, so tests must import the same, as Node by itself does. */
const alias = [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }];

export default defineConfig({
  resolve: { alias },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    passWithNoTests: true,
    projects: [
      {
        extends: true,
        test: { name: 'pure', include: [`${roots}/**/*.test.ts`], exclude: [...exclude, '**/*.db.test.ts', '**/*.e2e.test.ts', '**/*.kafka.test.ts', '**/*.browser.test.ts'], testTimeout: 20_000 },
      },
      {
        extends: true,
        test: { name: 'db', include: [`${roots}/**/*.db.test.ts`], exclude, globalSetup, testTimeout: 60_000, hookTimeout: 120_000 },
      },
      {
        extends: true,
        // A system is three processes and a PostgreSQL: one file at a time, on one system that most of them share.
        test: { name: 'e2e', include: [`${roots}/**/*.e2e.test.ts`], exclude, globalSetup: ['packages/cli/src/e2e/setup.ts'], fileParallelism: false, testTimeout: 120_000, hookTimeout: 240_000 },
      },
      ...(process.argv.includes('browser')
        ? [{ extends: true as const, test: { name: 'browser', include: [`${roots}/**/*.browser.test.ts`], exclude, testTimeout: 60_000, hookTimeout: 120_000 } }]
        : []),
      ...(isKafkaAsked ? [kafka] : []),
    ],
  },
});
