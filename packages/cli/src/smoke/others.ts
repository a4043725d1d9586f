/** Selling through others: a broker's journey and an employer's. */
import { tellBroker } from './others-broker.ts';
import { tellEmployer } from './others-employer.ts';
import type { Story } from './story.ts';

export const others: Story = {
  name: 'others',
  async tell(teller) {
    await tellBroker(teller);
    await tellEmployer(teller);
  },
};
