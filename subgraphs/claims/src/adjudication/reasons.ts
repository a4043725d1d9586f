/** Claim Adjustment Reason Codes that we use, in words for a member. The codes are X12's; the words are ours. */
const REASONS: Readonly<Record<string, string>> = {
  '1': 'Your deductible',
  '2': 'Your share (coinsurance)',
  '3': 'Your copay',
  '18': 'Already claimed before',
  '23': 'Covered by another insurer',
  '26': 'Before your cover began',
  '27': 'After your cover ended',
  '29': 'Claimed too late',
  '45': 'Above the allowed amount',
  '50': 'Not medically necessary',
  '51': 'A condition from before your cover',
  '96': 'Not covered by your plan',
  '119': 'Above the limit of your plan',
  '179': 'Within the waiting period',
  '197': 'Not authorised beforehand',
};

/** A reason in words; its number when it is none of ours. */
export const reasonText = (code: string): string => REASONS[code] ?? `Reason ${code}`;
