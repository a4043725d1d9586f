import { readFileSync } from 'node:fs';
import { repositoryRoot } from '@olly/kit/testing';
import { describe, expect, it } from 'vitest';
import { SUBGRAPHS } from '../repository.ts';

describe('docker-compose.yml', () => {
  const compose = readFileSync(`${repositoryRoot()}/docker-compose.yml`, 'utf8');
  const gateway = /\n {2}gateway:\n([\s\S]*?)\n {2}\w+:\n/.exec(compose)?.[1] ?? '';

  it.each(SUBGRAPHS)('runs %s and its workers, and the gateway waits for it', (name) => {
    expect(compose).toContain(`\n  ${name}:\n    <<: *process\n    command: ["serve", "${name}"]\n`);
    expect(compose).toContain(`\n  ${name}_worker:\n    <<: *process\n    command: ["work", "${name}"]\n`);
    expect(gateway).toContain(`      ${name}:\n        condition: service_healthy`);
  });
});
