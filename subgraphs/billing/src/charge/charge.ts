/** Where a charge stands. Its row never changes but for this and `closed_on`; amounts are corrected by further charges. */
import { stateMachine } from '@olly/kit/errors';

export type ChargeStatus = 'POSTED' | 'INVOICED' | 'SETTLED' | 'REVERSED';
export type ChargeCommand = 'invoice' | 'release' | 'settle' | 'reopen' | 'unsettle' | 'reverse';

export const chargeMachine = stateMachine<ChargeStatus, ChargeCommand>('The charge', [
  ['POSTED', 'invoice', 'INVOICED'],
  ['INVOICED', 'release', 'POSTED'],
  ['INVOICED', 'settle', 'SETTLED'],
  ['SETTLED', 'reopen', 'INVOICED'],
  ['POSTED', 'settle', 'SETTLED'],
  ['SETTLED', 'unsettle', 'POSTED'],
  ['POSTED', 'reverse', 'REVERSED'],
  ['SETTLED', 'reverse', 'REVERSED'],
]);
