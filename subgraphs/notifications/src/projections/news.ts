/**
 * Which events tell somebody something. The projection asks nobody and sends nothing: it leaves a job in the same transaction. Notifications are known by the event, so a replay
 * tells nobody a second time.
 */
import { enqueue } from '@olly/kit/jobs';
import type { Projection } from '@olly/kit/projection';
import { newsOf, TOPICS } from '../notification/events.ts';
import { TELL } from '../notification/origin.ts';

export const newsProjection: Projection = {
  group: 'notifications.news',
  topics: TOPICS,
  async apply(tx, event) {
    const item = newsOf(event);
    if (item) await enqueue(tx, TELL, item, { jobKey: `${TELL}:${item.eventId}`, triesMax: 25 });
  },
};
