/** What this service publishes. */
import type { Publication } from '@olly/kit/outbox';
import { memberTold, schemeTold } from './member/events.ts';

export const published: readonly Publication[] = [
  {
    topic: 'group_scheme.scheme',
    types: ['olly.group_scheme.scheme.activated.v1', 'olly.group_scheme.scheme.closed.v1'],
    key: "the scheme's locator",
    description: 'A scheme takes members, or no more.',
    data: schemeTold,
  },
  {
    topic: 'group_scheme.member',
    types: ['joined', 'left', 'changed', 'reinstated'].map((what) => `olly.group_scheme.scheme.member_${what}.v1`),
    key: 'scheme and party',
    description: 'A person joined a scheme, left it, changed in it, or is back as if they had never left.',
    data: memberTold,
  },
];
