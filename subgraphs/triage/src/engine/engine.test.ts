import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMPLAINTS, RED_FLAG_WORDS } from './complaints.ts';
import { assess, beginning, isMoreUrgent, kindOf, LEVELS, type Level, levelOfAnswer, nextQuestion, questionOf, withAnswer } from './engine.ts';

const YES = 'yes';
const NO = 'no';
/** Answers by key; every question not named is answered as harmlessly as it can be. */
function run(chiefComplaint: string, given: Record<string, string> = {}): ReturnType<typeof assess> {
  let facts = beginning(chiefComplaint);
  for (let question = nextQuestion(facts); question; question = nextQuestion(facts)) {
    const calm: string = question.type === 'YES_NO' ? NO : question.type === 'SCALE' ? '0' : (question.choices[0]?.text ?? '');
    const answer: string = given[question.key] ?? calm;
    facts = withAnswer(facts, question.key, answer);
  }
  return assess(facts);
}

type Case = [title: string, complaint: string, answers: Record<string, string>, level: Level, reason: string | undefined];
const LONG = 'More than 3 weeks';

const CASES: Case[] = [
  ['chest pain that spreads', 'pain in my chest', { spreading: YES }, 'EMERGENCY_AMBULANCE', 'chest_pain.spreading'],
  ['chest pain with breathlessness', 'my chest hurts', { breathless: YES }, 'EMERGENCY', 'chest_pain.breathless'],
  ['chest pain with breathlessness and sweating', 'my chest hurts', { breathless: YES, sweating: YES }, 'EMERGENCY_AMBULANCE', 'chest_pain.breathless+sweating'],
  ['chest pain now', 'chest pain', { now: YES }, 'EMERGENCY', undefined],
  ['chest pain of before with a heart condition', 'chest pain', { known_heart: YES }, 'CONSULTATION_24', undefined],
  ['chest pain long gone', 'chest ache', { duration: LONG }, 'CONSULTATION', undefined],
  ['chest ache, nothing else', 'chest ache', {}, 'SELF_CARE', undefined],
  ['crushing pain in the first words', 'crushing pain in my chest', {}, 'EMERGENCY_AMBULANCE', 'words.crushing_chest'],
  ['pain in the left arm in the first words', 'a pain down my left arm', {}, 'EMERGENCY_AMBULANCE', 'words.crushing_chest'],
  ['too breathless to speak', 'short of breath', { cannot_speak: YES }, 'EMERGENCY_AMBULANCE', undefined],
  ['sudden breathlessness', 'short of breath', { sudden: YES }, 'EMERGENCY', undefined],
  ['sudden breathlessness with a swollen leg', 'short of breath', { sudden: YES, leg_swelling: YES }, 'EMERGENCY_AMBULANCE', 'breathing.sudden+leg_swelling'],
  ['a swollen leg alone', 'breathless on stairs', { leg_swelling: YES }, 'CONSULTATION_24', undefined],
  ['asthma without relief', 'asthma attack', { inhaler: YES }, 'EMERGENCY', undefined],
  ['wheezing with fever', 'wheezing', { fever: YES }, 'CONSULTATION', undefined],
  ['cannot breathe in the first words', "I can't breathe properly", {}, 'EMERGENCY_AMBULANCE', 'words.not_breathing'],
  ['cannot breathe, with a typographic apostrophe', 'I can’t breathe', {}, 'EMERGENCY_AMBULANCE', 'words.not_breathing'],
  ['blue lips in the first words', 'her lips are blue', {}, 'EMERGENCY_AMBULANCE', undefined],
  ['a drooping face', 'one side is numb', { face_arm_speech: YES }, 'EMERGENCY_AMBULANCE', undefined],
  ['sudden loss of sight', 'numb hand', { vision: YES }, 'EMERGENCY_AMBULANCE', undefined],
  ['signs of a stroke that passed', 'numb hand', { passed: YES }, 'EMERGENCY', undefined],
  ['slurred speech in the first words', 'his speech is slurred', {}, 'EMERGENCY_AMBULANCE', 'words.stroke'],
  ['numbness for weeks', 'numb fingers', { duration: LONG }, 'CONSULTATION', undefined],
  ['a thunderclap headache', 'headache', { thunderclap: YES }, 'EMERGENCY_AMBULANCE', undefined],
  ['headache and drowsiness', 'headache', { drowsy: YES }, 'EMERGENCY_AMBULANCE', undefined],
  ['headache with a stiff neck', 'headache', { stiff_neck: YES }, 'EMERGENCY', undefined],
  ['headache with a stiff neck and fever', 'headache', { stiff_neck: YES, fever: YES }, 'EMERGENCY_AMBULANCE', 'headache.stiff_neck+fever'],
  ['headache after a blow', 'headache', { head_injury: YES }, 'EMERGENCY', undefined],
  ['a bad headache', 'headache', { pain: '9' }, 'CONSULTATION_24', undefined],
  ['a middling headache', 'migraine', { pain: '5' }, 'CONSULTATION', undefined],
  ['a light headache', 'headache', { pain: '2' }, 'SELF_CARE', undefined],
  ['headache for a month', 'headache', { duration: LONG }, 'CONSULTATION', undefined],
  ['blood in the stool', 'stomach ache', { blood: YES }, 'EMERGENCY', undefined],
  ['blood and faintness', 'vomiting', { blood: YES, faint: YES }, 'EMERGENCY_AMBULANCE', 'abdominal_pain.blood+faint'],
  ['a hard belly', 'belly pain', { rigid: YES }, 'EMERGENCY', undefined],
  ['pregnant with belly pain', 'tummy pain', { pregnant: YES }, 'CONSULTATION_24', undefined],
  ['pregnant with severe pain', 'tummy pain', { pregnant: YES, severe: YES }, 'EMERGENCY', 'abdominal_pain.pregnant+severe'],
  ['nothing stays down', 'vomiting since yesterday', { no_fluids: YES }, 'CONSULTATION_24', undefined],
  ['an upset stomach', 'upset stomach', {}, 'SELF_CARE', undefined],
  ['fever with a rash that stays', 'fever', { rash: YES }, 'EMERGENCY_AMBULANCE', undefined],
  ['fever and confusion', 'high temperature', { drowsy: YES }, 'EMERGENCY_AMBULANCE', undefined],
  ['fever and fast breathing', 'fever', { fast_breathing: YES }, 'EMERGENCY', undefined],
  ['fever on chemotherapy', 'fever', { weak_defence: YES }, 'EMERGENCY', undefined],
  ['fever for four days', 'fever', { long: YES }, 'CONSULTATION_24', undefined],
  ['fever getting worse', 'flu', { worse: YES }, 'CONSULTATION', undefined],
  ['a mild fever', 'slight temperature', {}, 'SELF_CARE', undefined],
  ['heavy bleeding', 'I cut my hand', { heavy_bleeding: YES }, 'EMERGENCY_AMBULANCE', undefined],
  ['heavy bleeding in the first words', 'the blood is pouring out', {}, 'EMERGENCY_AMBULANCE', 'words.heavy_bleeding'],
  ['unconscious after a fall', 'I fell off my bike', { unconscious: YES }, 'EMERGENCY', undefined],
  ['a bent limb', 'broke my arm', { deformed: YES }, 'EMERGENCY', undefined],
  ['no weight on the ankle', 'sprained ankle', { weight: YES }, 'CONSULTATION_24', undefined],
  ['a large burn', 'burn from the kettle', { large_burn: YES }, 'EMERGENCY', undefined],
  ['a small cut', 'small cut', {}, 'SELF_CARE', undefined],
  ['a swelling tongue', 'bee sting', { airway: YES }, 'EMERGENCY_AMBULANCE', undefined],
  ['hives and faintness', 'hives', { faint: YES }, 'EMERGENCY_AMBULANCE', undefined],
  ['a spreading rash', 'allergic rash', { spreading_rash: YES }, 'EMERGENCY', undefined],
  ['a bite that itches', 'a wasp sting that itches', {}, 'SELF_CARE', undefined],
  ['danger to oneself now', 'I feel hopeless', { danger_now: YES }, 'EMERGENCY_AMBULANCE', undefined],
  ['a plan', 'depressed', { plan: YES }, 'EMERGENCY', undefined],
  ['suicide in the first words', 'I want to kill myself', {}, 'EMERGENCY', 'words.self_harm'],
  ['voices', 'anxiety', { voices: YES }, 'CONSULTATION_24', undefined],
  ['not coping', 'panic attacks', { coping: YES }, 'CONSULTATION_24', undefined],
  ['low for weeks', 'depression', { duration: LONG }, 'CONSULTATION', undefined],
  ['numb between the legs', 'back pain', { cauda: YES }, 'EMERGENCY', undefined],
  ['numb between the legs with a weak leg', 'back pain', { cauda: YES, leg_weakness: YES }, 'EMERGENCY_AMBULANCE', 'back_pain.leg_weakness+cauda'],
  ['back pain after an accident', 'my back after the crash', { trauma: YES }, 'CONSULTATION_24', undefined],
  ['a stiff back', 'stiff back', { pain: '3' }, 'SELF_CARE', undefined],
  ['cannot swallow', 'sore throat', { cannot_swallow: YES }, 'EMERGENCY_AMBULANCE', undefined],
  ['coughing blood', 'cough', { blood: YES }, 'CONSULTATION_24', undefined],
  ['a sore throat with fever', 'sore throat', { fever: YES }, 'CONSULTATION', undefined],
  ['a cold', 'a cold', {}, 'SELF_CARE', undefined],
  ['no urine', 'cannot pee', { cannot_pass: YES }, 'EMERGENCY', undefined],
  ['pain in the side with fever', 'urine infection', { flank: YES, fever: YES }, 'EMERGENCY', 'urinary.flank+fever'],
  ['pain in the side', 'kidney ache', { flank: YES }, 'CONSULTATION_24', undefined],
  ['something unknown, severe', 'I feel odd', { severe_now: YES }, 'EMERGENCY_AMBULANCE', undefined],
  ['something unknown, calm', 'itchy toe', {}, 'SELF_CARE', undefined],
];

describe('triage', () => {
  it.each<Case>(CASES)('advises %s', (_title, complaint, answers, level, reason) => {
    const advice = run(complaint, answers);
    expect(advice.level).toBe(level);
    if (reason) expect(advice.reasons.map((one) => one.code)).toContain(reason);
    expect(advice.level === 'SELF_CARE' ? advice.reasons.length : advice.reasons[0]?.level).toBe(advice.level === 'SELF_CARE' ? 0 : level);
  });

  it('knows at least sixty cases', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(60);
  });

  it('never lowers a level by anything said or answered later', () => {
    const kinds = Object.keys(COMPLAINTS);
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.array(fc.tuple(fc.nat(20), fc.nat(30)), { maxLength: 12 }), fc.array(fc.string({ maxLength: 60 }), { maxLength: 4 }), (kind, picks, words) => {
        let facts = { ...beginning('x'), kind };
        let level = assess(facts).level;
        const questions = COMPLAINTS[kind]?.questions ?? [];
        for (const [at, choice] of picks) {
          const question = questions[at % questions.length];
          if (!question || facts.answers[question.key] !== undefined) continue;
          const answers = question.type === 'YES_NO' ? [YES, NO] : question.type === 'SCALE' ? Array.from({ length: 11 }, (_, n) => String(n)) : question.choices.map((one) => one.text);
          facts = withAnswer(facts, question.key, answers[choice % answers.length] ?? NO);
          const after = assess(facts).level;
          expect(isMoreUrgent(level, after)).toBe(false);
          level = after;
        }
        for (const text of words) {
          facts = { ...facts, said: [...facts.said, text] };
          expect(isMoreUrgent(level, assess(facts).level)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('finds a red flag whatever is written around it', () => {
    const samples = ['cannot breathe', 'unconscious', 'slurred speech', 'kill myself', 'overdose', 'swollen tongue'];
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.string({ maxLength: 80 }), fc.string({ maxLength: 80 }), fc.boolean(), (flag, before, after, isLoud) => {
        const advice = assess(beginning(`${before} ${isLoud ? flag.toUpperCase() : flag} ${after}`));
        expect(isMoreUrgent('CONSULTATION_24', advice.level)).toBe(false);
        expect(advice.reasons.some((reason) => reason.code.startsWith('words.'))).toBe(true);
      }),
    );
  });

  it('takes only answers that the question knows', () => {
    const pain = questionOf('headache', 'pain');
    const choice = questionOf('headache', 'duration');
    const flag = questionOf('headache', 'drowsy');
    if (!pain || !choice || !flag) throw new Error('the questions are gone');
    for (const bad of ['11', '-1', '1.5', '', 'yes', '０']) expect(levelOfAnswer(pain, bad)).toBeUndefined();
    for (const bad of ['', 'for ever', 'yes']) expect(levelOfAnswer(choice, bad)).toBeUndefined();
    for (const bad of ['YES', 'maybe', '']) expect(levelOfAnswer(flag, bad)).toBeUndefined();
  });

  it('asks about every kind it knows, red flags first, and has no dangling pair', () => {
    for (const [kind, { questions }] of Object.entries(COMPLAINTS)) {
      expect(new Set(questions.map((one) => one.key)).size).toBe(questions.length);
      for (const question of questions) for (const pair of question.type === 'YES_NO' ? (question.pairs ?? []) : []) expect(questionOf(kind, pair.with)?.type).toBe('YES_NO');
    }
    expect(RED_FLAG_WORDS.every(({ level }) => LEVELS.indexOf(level) <= 1)).toBe(true);
    expect(kindOf('')).toBe('other');
  });
});
