/**
 * The house stands: the gateway answers, everything behind it is ready, who is not signed in is told so, and the pages are there.
 */
import { PERSONAS } from '../demo/personas.ts';
import { portals } from '../build/build.ts';
import { expect, type Story } from './story.ts';

export const house: Story = {
  name: 'house',
  async tell({ run, step, ask, until }) {
    await step('the gateway and everything behind it are ready', () =>
      until(async () => ({ status: (await fetch(`${run.url}/readyz`)).status }), ({ status }) => status === 200));
    await step('a question without a token is answered as far as it is open', async () => {
      const { data, errors } = await ask(undefined, '{ __typename }');
      expect(data?.__typename === 'Query' && errors.length === 0, '__typename should be Query', { data, errors });
    });
    await step('every service is asked by its own name only in signed requests', async () => {
      for (const [name, url] of Object.entries(run.subgraphs)) {
        const { status } = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ _service { sdl } }"}' });
        expect(status === 401, `${name} should refuse an unsigned request`, status);
      }
    });
    await step('the demo knows its people', async () => {
      const { personas } = (await (await fetch(`${run.url}/demo/personas`)).json()) as { personas: string[] };
      expect(Object.keys(PERSONAS).every((name) => personas.includes(name)), 'every persona should be offered', personas);
    });
    await step('metrics tell of the gateway and of the outboxes', async () => {
      const text = await (await fetch(`${run.url}/metrics`)).text();
      for (const name of ['gateway_operations_total', 'olly_outbox_waiting', 'olly_outbox_lag_seconds', 'olly_outbox_failed']) expect(text.includes(name), `${name} should be shown`);
    });
    for (const name of portals()) {
      await step(`the pages of ${name} are served`, async () => {
        const { status } = await fetch(`${run.url}/${name}/`);
        expect(status === 200, 'it should be there', status);
      });
    }
  },
};
