/** A service that another claim already asks for is not paid twice: OA-18, borne by nobody. */
import type { Worksheet } from './worksheet.ts';

export function denyDuplicate(sheet: Worksheet): void {
  const { duplicateOf } = sheet.line;
  if (duplicateOf) sheet.deny('DUPLICATE', 'OA', '18', { claim: duplicateOf });
}
