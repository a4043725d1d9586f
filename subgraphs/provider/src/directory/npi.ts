/**
 * The National Provider Identifier of the United States: ten digits, the last a check digit. It is the Luhn digit of the first nine with the prefix 80840
 * (health care, USA) before them, as 45 CFR 162.406 and ISO 7812 have it; the prefix always adds 24 to the sum.
 */
const SHAPE = /^[0-9]{10}$/;
const PREFIX_SUM = 24;

const digitSum = (digit: number): number => (digit > 9 ? digit - 9 : digit);

/** True for ten digits whose check digit is right. */
export function isNpi(text: string): boolean {
  if (!SHAPE.test(text)) return false;
  const digits = [...text].map(Number);
  const sum = digits.reduce((total, digit, index) => total + (index % 2 === 0 ? digitSum(digit * 2) : digit), PREFIX_SUM);
  return sum % 10 === 0;
}
