/**
 * The triage engine. Pure: what was said goes in, the next question or the advice comes out, the same every time. The level is the most urgent that any answer, pair of answers or red-flag
 * word calls for; nothing said later makes it less urgent. A level of EMERGENCY_AMBULANCE ends the questions at once.
 */
import { type Complaint, COMPLAINTS, type Question, RED_FLAG_WORDS } from './complaints.ts';

/** Most urgent first. */
export const LEVELS = ['EMERGENCY_AMBULANCE', 'EMERGENCY', 'CONSULTATION_24', 'CONSULTATION', 'SELF_CARE'] as const;
export type Level = (typeof LEVELS)[number];

export interface Reason {
  readonly code: string;
  readonly level: Level;
  readonly text: string;
}

/** What is known so far: the kind of problem, answers by question key, and everything said in one's own words. */
export interface Facts {
  readonly kind: string;
  readonly answers: Readonly<Record<string, string>>;
  readonly said: readonly string[];
  /** What a language model called for beyond the engine; like everything said it only adds. */
  readonly model?: readonly Reason[];
}

export interface Recommendation {
  readonly level: Level;
  readonly title: string;
  readonly advice: string;
  readonly reasons: readonly Reason[];
}

export const isMoreUrgent = (a: Level, b: Level): boolean => LEVELS.indexOf(a) < LEVELS.indexOf(b);
const mostUrgent = (levels: readonly Level[]): Level => levels.reduce((a, b) => (isMoreUrgent(b, a) ? b : a), 'SELF_CARE');

/** Plain lower-case text: apostrophes and accents written in other ways must not hide a red flag. */
const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').replace(/[‘’`´]/g, "'").replace(/[\s\u00ad\u200b-\u200f]+/g, ' ').toLowerCase();

const complaintOf = (kind: string): Complaint => COMPLAINTS[kind] ?? (COMPLAINTS.other as Complaint);

/** Which kind of problem the first words are about; `other` when none is recognised. */
export const kindOf = (chiefComplaint: string): string => Object.entries(COMPLAINTS).find(([, { words }]) => words.test(plain(chiefComplaint)))?.[0] ?? 'other';

export const beginning = (chiefComplaint: string): Facts => ({ kind: kindOf(chiefComplaint), answers: {}, said: [chiefComplaint] });

/** What a question's answer calls for; undefined when the answer is none of the question's. */
export function levelOfAnswer(question: Question, answer: string): Level | undefined {
  if (question.type === 'YES_NO') return answer === 'yes' ? question.ifYes : answer === 'no' ? 'SELF_CARE' : undefined;
  if (question.type === 'CHOICE') return question.choices.find((choice) => choice.text === answer)?.level;
  const value = /^\d{1,2}$/.test(answer) ? Number(answer) : Number.NaN;
  if (!(value >= 0 && value <= 10)) return undefined;
  return question.from.find(({ at }) => value >= at)?.level ?? 'SELF_CARE';
}

function reasonsOf({ kind, answers, said, model = [] }: Facts): Reason[] {
  const reasons: Reason[] = [...model];
  const text = plain(said.join(' · '));
  for (const { code, words, level, text: why } of RED_FLAG_WORDS) if (words.test(text)) reasons.push({ code, level, text: why });
  for (const question of complaintOf(kind).questions) {
    const answer = answers[question.key];
    if (answer === undefined) continue;
    const level = levelOfAnswer(question, answer);
    if (level && level !== 'SELF_CARE') reasons.push({ code: `${kind}.${question.key}`, level, text: `${question.text} ${answer}` });
    if (question.type !== 'YES_NO' || answer !== 'yes') continue;
    for (const pair of question.pairs ?? []) {
      if (answers[pair.with] === 'yes') reasons.push({ code: `${kind}.${question.key}+${pair.with}`, level: pair.level, text: `${question.key} together with ${pair.with}` });
    }
  }
  return reasons;
}

const WORDS: Readonly<Record<Level, { readonly title: string; readonly advice: string }>> = {
  EMERGENCY_AMBULANCE: { title: 'Call an ambulance now.', advice: 'Call 999 (UK) or 911 (US) now. Do not drive yourself. Stay with somebody if you can.' },
  EMERGENCY: { title: 'Go to an emergency department now.', advice: 'Go to the nearest emergency department, or have somebody take you. Call an ambulance if it gets worse on the way.' },
  CONSULTATION_24: { title: 'See a doctor within 24 hours.', advice: 'Book an urgent appointment. If it gets worse, or you find it hard to breathe, feel faint or confused, get emergency help.' },
  CONSULTATION: { title: 'See a doctor in the next days.', advice: 'Book an appointment. Come back here or call sooner if it gets worse or something new appears.' },
  SELF_CARE: { title: 'You can look after this yourself.', advice: 'Rest, drink enough, ask a pharmacist about relief. See a doctor if it lasts longer than a week or gets worse.' },
};

/** The level so far, with everything that speaks for it. */
export function assess(facts: Facts): Recommendation {
  const reasons = reasonsOf(facts);
  const level = mostUrgent(reasons.map((reason) => reason.level));
  return { level, ...WORDS[level], reasons: [...reasons].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level)) };
}

export const questionOf = (kind: string, key: string): Question | undefined => complaintOf(kind).questions.find((question) => question.key === key);

/** The next question; undefined when enough is known. */
export function nextQuestion(facts: Facts): Question | undefined {
  if (assess(facts).level === 'EMERGENCY_AMBULANCE') return undefined;
  return complaintOf(facts.kind).questions.find((question) => facts.answers[question.key] === undefined);
}

export const withAnswer = (facts: Facts, key: string, answer: string): Facts => ({ ...facts, answers: { ...facts.answers, [key]: answer } });

export const withReason = (facts: Facts, reason: Reason): Facts => ({ ...facts, model: [...(facts.model ?? []), reason] });
