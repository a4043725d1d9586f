import { Refused } from '@olly/kit/errors';
import { describe, expect, it } from 'vitest';
import { checkRule, evaluateRules, RULE_FAILED } from './rule.ts';

const block = { flag: 'block', value: 'AGE' };
const facts = { insured: [{ age: 70, relation: 'HOLDER' }, { age: 12, relation: 'CHILD' }], answers: { smoker: true, height: 171 }, region: 'NY', premium: '4312.50', elements: ['MEDICAL'], effectiveFrom: '2026-03-01' };
const ask = (condition: string) => evaluateRules('UNDERWRITING', [{ ruleSet: 'Risk', name: 'r', condition, action: block }], facts)[0];
const refusal = (condition: string, action: unknown = block) => {
  try {
    checkRule('UNDERWRITING', { name: 'r', condition, action }, 'rules[0]');
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
  return undefined;
};

describe('the rules’ language', () => {
  it.each([
    ['insured.exists(i, i.age > 64)', true],
    ['answers.smoker && region == "NY"', true],
    ['premium > 5000.0', false],
    ['"DENTAL" in elements', false],
    ['insured.all(i, i.age >= 18)', false],
    ['answers.height < 150', false],
  ])('answers %s with %s', (condition, matched) => {
    expect(refusal(condition)).toBeUndefined();
    expect(ask(condition)).toMatchObject({ matched, error: null, action: matched ? block : null });
  });

  it.each([
    ['a syntax error', 'insured.exists(i, i.age >'],
    ['an unknown name', 'income > 3'],
    ['types that do not fit', 'region > 3'],
    ['an answer that is not yes or no', 'premium'],
    ['a call outside the sandbox', 'fetch("http://127.0.0.1")'],
  ])('refuses %s when it is saved', (_title, condition) => {
    expect(refusal(condition)).toMatchObject({ code: 'RULE_INVALID', field: 'rules[0]' });
  });

  it('refuses an action that underwriting does not know', () => {
    expect(refusal('true', { flag: 'shrug', value: 'X' })).toMatchObject({ code: 'RULE_INVALID' });
  });

  it('blocks when a condition cannot be evaluated, for a missing answer must not pass as a no', () => {
    expect(ask('answers.weight > 200')).toMatchObject({ matched: true, action: RULE_FAILED, error: 'CANNOT_BE_EVALUATED' });
  });

  it('keeps conditions bounded', () => {
    expect(refusal(Array.from({ length: 400 }, () => 'premium > 1.0').join(' || '))).toMatchObject({ code: 'RULE_INVALID' });
  });

  it('changes nothing for a key named like the machinery', () => {
    expect(ask('has(answers.constructor)')).toMatchObject({ matched: false });
  });
});
