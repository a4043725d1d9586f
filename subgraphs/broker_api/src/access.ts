/** Who sees which broker and commission: those who act for the broker, and staff by docs/access.md. */
import type { AccessRules } from '@olly/kit/auth';

export const access: AccessRules = {
  broker_configs: { type: 'Broker', relations: { OWN: (who) => (who.actsFor.broker ? { locator: who.actsFor.broker } : undefined) } },
  statements: { type: 'Commission', relations: { OWN: (who) => (who.actsFor.broker ? { broker_locator: who.actsFor.broker } : undefined) } },
  book_policies: { type: 'Broker', relations: { OWN: (who) => (who.actsFor.broker ? { broker_locator: who.actsFor.broker } : undefined) } },
  commissions: { type: 'Commission', relations: { OWN: (who) => (who.actsFor.broker ? { broker_locator: who.actsFor.broker } : undefined) } },
};
