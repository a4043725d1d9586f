/**
 * Answers to a product's own questions, checked against its field definitions. An answer is kept in one form: text, boolean, whole number, or a decimal as text, so that no
 * amount is ever a float. Pure; throws `Refused` ANSWER_INVALID or ANSWER_REQUIRED naming the question, never repeating the answer.
 */
import { Refused } from '@olly/kit/errors';
import { compareRatios, money, ratioOf } from '@olly/kit/money';
import { isIsoDate } from '@olly/kit/time';
import type { FieldDefinition } from '../ports/policyAdmin.ts';

export type AnswerValue = string | number | boolean;
export interface Answer {
  readonly fieldDefId: string;
  readonly key: string;
  readonly value: AnswerValue;
}
export interface GivenAnswer {
  readonly key: string;
  readonly value?: unknown;
}

const TEXT_CHARACTERS_MAX = 2_000;
const DECIMAL = /^-?\d{1,15}(\.\d{1,6})?$/;
type Bounds = FieldDefinition['options'];

function within(value: string, { min, max }: Bounds): string | null {
  const number = ratioOf(value);
  if (min !== undefined && compareRatios(number, ratioOf(String(min))) < 0) return `not below ${min}`;
  if (max !== undefined && compareRatios(number, ratioOf(String(max))) > 0) return `not above ${max}`;
  return null;
}

function textFault(value: string, { min, max, pattern }: Bounds): string | null {
  if (value.includes('\0')) return 'plain text';
  const length = [...value].length;
  if (length > TEXT_CHARACTERS_MAX || (max !== undefined && length > Number(max))) return `at most ${Math.min(TEXT_CHARACTERS_MAX, Number(max ?? TEXT_CHARACTERS_MAX))} characters`;
  if (min !== undefined && length < Number(min)) return `at least ${min} characters`;
  return pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value) ? 'of the expected form' : null;
}

function dateFault(value: unknown, { min, max }: Bounds): string | null {
  if (!isIsoDate(value)) return 'a date that exists, "YYYY-MM-DD"';
  if (min !== undefined && value < String(min)) return `not before ${min}`;
  return max !== undefined && value > String(max) ? `not after ${max}` : null;
}

function moneyFault(value: unknown, bounds: Bounds, currency: string): string | null {
  if (typeof value !== 'string' || !DECIMAL.test(value)) return 'an amount as text, for instance "12.50"';
  try {
    money(value, currency);
  } catch {
    return `an amount with the decimal places of ${currency}`;
  }
  return within(value, bounds);
}

/** What is wrong with a value, as the end of "smoker must be …"; null when nothing is. */
function faultOf({ fieldType, options }: FieldDefinition, value: unknown, currency: string): string | null {
  switch (fieldType) {
    case 'STRING':
      return typeof value === 'string' ? textFault(value, options) : 'text';
    case 'INTEGER':
      return Number.isSafeInteger(value) ? within(String(value), options) : 'a whole number';
    case 'DECIMAL':
      return typeof value === 'string' && DECIMAL.test(value) ? within(value, options) : 'a decimal as text, for instance "1.75"';
    case 'BOOLEAN':
      return typeof value === 'boolean' ? null : 'true or false';
    case 'DATE':
      return dateFault(value, options);
    case 'ENUM':
      return typeof value === 'string' && options.choices?.includes(value) ? null : `one of ${(options.choices ?? []).join(', ')}`;
    case 'MONEY':
      return moneyFault(value, options, currency);
  }
}

const field = (key: string): string => `answers.${key.slice(0, 60)}`;

/** Checks the answers that are given; null takes one away. The result is in the order of the questions. */
export function checkAnswers(definitions: readonly FieldDefinition[], given: readonly GivenAnswer[], currency: string): Answer[] {
  const asked = definitions.filter((one) => one.appliesTo === 'QUOTE');
  given.forEach(({ key }, index) => {
    if (!asked.some((one) => one.fieldKey === key)) throw new Refused('ANSWER_INVALID', 'The product does not ask this question.', field(key));
    if (given.findIndex((other) => other.key === key) !== index) throw new Refused('ANSWER_INVALID', 'This question is answered twice.', field(key));
  });
  return asked.flatMap((definition) => {
    const value = given.find(({ key }) => key === definition.fieldKey)?.value;
    if (value === undefined || value === null) return [];
    const fault = faultOf(definition, value, currency);
    if (fault) throw new Refused('ANSWER_INVALID', `${definition.label}: the answer must be ${fault}.`, field(definition.fieldKey));
    return [{ fieldDefId: definition.id, key: definition.fieldKey, value: value as AnswerValue }];
  });
}

/** Every required question has an answer. */
export function checkRequired(definitions: readonly FieldDefinition[], answers: readonly Pick<Answer, 'key'>[]): void {
  const missing = definitions.find((one) => one.appliesTo === 'QUOTE' && one.required && !answers.some(({ key }) => key === one.fieldKey));
  if (missing) throw new Refused('ANSWER_REQUIRED', `${missing.label}: an answer is needed.`, field(missing.fieldKey));
}
