/** What a question may look like. Pure; enrollment checks the answers. */
import { Refused } from '@olly/kit/errors';
import { isIsoDate } from '@olly/kit/time';
import { z } from 'zod';
import type { FieldDefinitionRow } from '../mappers.ts';

const bound = z.union([z.string().max(40), z.number()]).optional();
const options = z.strictObject({ min: bound, max: bound, pattern: z.string().max(200).optional(), choices: z.array(z.string().min(1).max(100)).min(1).max(200).optional() });

type Field = Omit<FieldDefinitionRow, 'id' | 'product_version_id'>;
const DECIMAL = /^-?\d{1,15}(\.\d{1,6})?$/;

/** Is this a bound of the type? */
function fits(type: Field['field_type'], value: string | number | undefined): boolean {
  if (value === undefined) return true;
  if (type === 'STRING' || type === 'INTEGER') return Number.isSafeInteger(Number(value));
  if (type === 'DATE') return isIsoDate(value);
  return (type === 'DECIMAL' || type === 'MONEY') && DECIMAL.test(String(value));
}

/** Checks keys, types and options of all questions together. Throws `Refused` FIELD_INVALID with the place. */
export function checkFields(fields: readonly Field[]): readonly Field[] {
  const refuse = (index: number, what: string): never => {
    throw new Refused('FIELD_INVALID', `fields[${index}]: ${what}`, `fields[${index}]`);
  };
  const keys = new Set<string>();
  return fields.map((field, index) => {
    if (!/^[a-z][a-z0-9_]{0,59}$/.test(field.field_key)) refuse(index, 'the key is small letters, digits and underscores.');
    if (keys.has(field.field_key)) refuse(index, `the key ${field.field_key} is there twice.`);
    keys.add(field.field_key);
    if (field.label.trim() === '') refuse(index, 'the label is empty.');
    const parsed = options.safeParse(field.options);
    if (!parsed.success) return refuse(index, `options: ${parsed.error.issues[0]?.message ?? 'invalid'}.`);
    const { min, max, pattern, choices } = parsed.data;
    if ((field.field_type === 'ENUM') !== (choices !== undefined)) refuse(index, 'choices are for ENUM, which needs them.');
    if (pattern !== undefined && field.field_type !== 'STRING') refuse(index, 'a pattern is for STRING.');
    if (!fits(field.field_type, min) || !fits(field.field_type, max)) refuse(index, 'min and max are of the type of the answer.');
    if (pattern !== undefined) {
      try {
        new RegExp(pattern, 'u');
      } catch {
        refuse(index, 'the pattern is not a regular expression.');
      }
    }
    return { ...field, label: field.label.trim(), options: parsed.data };
  });
}
