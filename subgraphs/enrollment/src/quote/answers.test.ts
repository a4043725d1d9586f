/** Answers against questions: every type with what it takes and what it refuses. */
import { describe, expect, it } from 'vitest';
import type { FieldDefinition } from '../ports/policyAdmin.ts';
import { checkAnswers, checkRequired } from './answers.ts';

const question = (fieldType: FieldDefinition['fieldType'], options: FieldDefinition['options'] = {}, more: Partial<FieldDefinition> = {}): FieldDefinition => ({
  id: '01900000-0000-7000-8000-000000000001',
  fieldKey: 'q',
  label: 'Question',
  fieldType,
  appliesTo: 'QUOTE',
  required: false,
  options,
  ...more,
});
const answer = (definition: FieldDefinition, value: unknown) => checkAnswers([definition], [{ key: 'q', value }], 'GBP')[0]?.value;

describe('answers', () => {
  it.each([
    [question('STRING', { min: 2, max: 5 }), 'abc'],
    [question('STRING', { pattern: '[A-Z]{2}\\d' }), 'AB1'],
    [question('INTEGER', { min: 0, max: 10 }), 10],
    [question('DECIMAL', { min: '0.5', max: '2' }), '1.75'],
    [question('BOOLEAN'), false],
    [question('DATE', { min: '2000-01-01' }), '2024-02-29'],
    [question('ENUM', { choices: ['A', 'B'] }), 'B'],
    [question('MONEY', { max: '1000' }), '12.50'],
  ])('of type $fieldType take %j as it is', (definition, value) => {
    expect(answer(definition, value)).toBe(value);
  });

  it.each([
    [question('STRING', { min: 2 }), 'a', 'at least 2 characters'],
    [question('STRING', { max: 2 }), 'abc', 'at most 2 characters'],
    [question('STRING', { pattern: '[A-Z]' }), 'AB', 'of the expected form'],
    [question('STRING'), 'a\0b', 'plain text'],
    [question('STRING'), { gt: '' }, 'text'],
    [question('INTEGER'), 1.5, 'a whole number'],
    [question('INTEGER'), '5', 'a whole number'],
    [question('INTEGER', { max: 10 }), 11, 'not above 10'],
    [question('DECIMAL'), 1.75, 'a decimal as text'],
    [question('DECIMAL', { min: '0.5' }), '0.49', 'not below 0.5'],
    [question('BOOLEAN'), 'yes', 'true or false'],
    [question('DATE'), '2026-02-29', 'a date that exists'],
    [question('DATE', { max: '2026-01-01' }), '2026-01-02', 'not after 2026-01-01'],
    [question('ENUM', { choices: ['A', 'B'] }), 'C', 'one of A, B'],
    [question('MONEY'), '12.505', 'the decimal places of GBP'],
    [question('MONEY'), '1e308', 'an amount as text'],
    [question('MONEY'), 12.5, 'an amount as text'],
  ])('of type $fieldType refuse %j', (definition, value, words) => {
    expect(() => answer(definition, value)).toThrow(words);
  });

  it('never repeat the answer in a refusal', () => {
    let words = '';
    try {
      answer(question('ENUM', { choices: ['A'] }), 'canary');
    } catch (error) {
      words = (error as Error).message;
    }
    expect(words).toBe('Question: the answer must be one of A.');
  });

  it('are refused for questions that are not asked, or asked twice; null takes one away', () => {
    const asked = [question('BOOLEAN')];
    expect(() => checkAnswers(asked, [{ key: 'other', value: true }], 'GBP')).toThrow('does not ask');
    expect(() => checkAnswers([question('BOOLEAN', {}, { appliesTo: 'TRANSACTION' })], [{ key: 'q', value: true }], 'GBP')).toThrow('does not ask');
    expect(() => checkAnswers(asked, [{ key: 'q', value: true }, { key: 'q', value: false }], 'GBP')).toThrow('twice');
    expect(checkAnswers(asked, [{ key: 'q', value: null }], 'GBP')).toEqual([]);
  });

  it('must be there where the question is required', () => {
    const required = [question('BOOLEAN', {}, { required: true })];
    expect(() => checkRequired(required, [])).toThrow('Question: an answer is needed.');
    expect(() => checkRequired(required, [{ key: 'q' }])).not.toThrow();
    expect(() => checkRequired([question('BOOLEAN', {}, { required: true, appliesTo: 'TRANSACTION' })], [])).not.toThrow();
  });
});
