/** Coinsurance: the member's rate of what is left of the line, rounded half away from zero to the minor unit once a line (PR-2). The plan gets the rest. */
import { type Money, ratioOf, times } from '@olly/kit/money';

/** `coinsurance(33.33, "0.20")` is 6.67. */
export const coinsurance = (rest: Money, rate: string): Money => times(rest, ratioOf(rate));
