/**
 * The list of demands of GraphQL over HTTP, run against the gateway. Of what a server MUST and SHOULD do nothing is missing. Of what it MAY do
 * it leaves out GET without a preflight header, on purpose: a page of another origin could send such a request.
 */
import { auditServer } from 'graphql-http';
import { expect, it } from 'vitest';
import { startHarness } from './testing/harness.ts';

it('does all that GraphQL over HTTP demands or advises, and refuses only bare GETs of what it allows', async () => {
  const house = await startHarness();
  try {
    const results = await auditServer({ url: `${house.gateway.url}/graphql` });
    expect(results.length).toBeGreaterThan(50);
    const missing = results.flatMap((result) => (result.status === 'ok' ? [] : [`${result.status}: ${result.name}`]));
    expect(missing).toEqual([
      'notice: MAY accept application/x-www-form-urlencoded formatted GET requests',
      'notice: MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
      'notice: MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
    ]);
  } finally {
    await house.stop();
  }
});
