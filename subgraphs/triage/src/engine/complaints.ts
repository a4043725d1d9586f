/**
 * What the engine asks about each kind of problem, and what an answer calls for. Data, in the order of asking: red flags first. Sources: the published red-flag lists of NHS 111, the Manchester
 * Triage System's discriminators and NICE's traffic-light tables, put into plain words. A level is the least urgent that the answer allows; the most urgent answer counts.
 */
import type { Level } from './engine.ts';

export interface YesNoQuestion {
  readonly key: string;
  readonly type: 'YES_NO';
  readonly text: string;
  /** What "yes" calls for by itself. */
  readonly ifYes: Level;
  /** "Yes" here and to the other calls for this level: pairs that are worse than their parts. */
  readonly pairs?: readonly { readonly with: string; readonly level: Level }[];
}

export interface ScaleQuestion {
  readonly key: string;
  readonly type: 'SCALE';
  readonly text: string;
  /** From this number on, the level. Most urgent first. */
  readonly from: readonly { readonly at: number; readonly level: Level }[];
}

export interface ChoiceQuestion {
  readonly key: string;
  readonly type: 'CHOICE';
  readonly text: string;
  readonly choices: readonly { readonly text: string; readonly level: Level }[];
}

export type Question = YesNoQuestion | ScaleQuestion | ChoiceQuestion;

export interface Complaint {
  /** Words, in any case, by which the kind is recognised. */
  readonly words: RegExp;
  readonly questions: readonly Question[];
}

const pain: ScaleQuestion = { key: 'pain', type: 'SCALE', text: 'How bad is the pain, from 0 (none) to 10 (the worst you can imagine)?', from: [{ at: 8, level: 'CONSULTATION_24' }, { at: 4, level: 'CONSULTATION' }] };
const duration: ChoiceQuestion = {
  key: 'duration',
  type: 'CHOICE',
  text: 'How long have you had it?',
  choices: [{ text: 'Less than 3 days', level: 'SELF_CARE' }, { text: '3 days to 3 weeks', level: 'SELF_CARE' }, { text: 'More than 3 weeks', level: 'CONSULTATION' }],
};
const worse: YesNoQuestion = { key: 'worse', type: 'YES_NO', text: 'Is it getting worse?', ifYes: 'CONSULTATION' };
const drowsy: YesNoQuestion = { key: 'drowsy', type: 'YES_NO', text: 'Are you confused, very drowsy or hard to wake?', ifYes: 'EMERGENCY_AMBULANCE' };
const fever: YesNoQuestion = { key: 'fever', type: 'YES_NO', text: 'Do you have a temperature of 38 °C or more?', ifYes: 'CONSULTATION' };

export const COMPLAINTS: Readonly<Record<string, Complaint>> = {
  chest_pain: {
    words: /\bchest\b|\bheart\b|angina|palpitation/,
    questions: [
      { key: 'spreading', type: 'YES_NO', text: 'Does the pain spread to your arm, neck, jaw or back, or feel like tightness or pressure?', ifYes: 'EMERGENCY_AMBULANCE' },
      { key: 'breathless', type: 'YES_NO', text: 'Are you short of breath?', ifYes: 'EMERGENCY', pairs: [{ with: 'sweating', level: 'EMERGENCY_AMBULANCE' }] },
      { key: 'sweating', type: 'YES_NO', text: 'Are you sweating, feeling sick or light-headed?', ifYes: 'EMERGENCY' },
      { key: 'now', type: 'YES_NO', text: 'Do you have the pain now?', ifYes: 'EMERGENCY' },
      { key: 'known_heart', type: 'YES_NO', text: 'Do you have a heart condition?', ifYes: 'CONSULTATION_24' },
      duration,
    ],
  },
  breathing: {
    words: /breath|wheez|asthma|chok/,
    questions: [
      { key: 'cannot_speak', type: 'YES_NO', text: 'Are you too breathless to speak a sentence, or are your lips blue?', ifYes: 'EMERGENCY_AMBULANCE' },
      { key: 'sudden', type: 'YES_NO', text: 'Did it come on suddenly?', ifYes: 'EMERGENCY', pairs: [{ with: 'leg_swelling', level: 'EMERGENCY_AMBULANCE' }] },
      { key: 'leg_swelling', type: 'YES_NO', text: 'Is one of your legs swollen, red or painful?', ifYes: 'CONSULTATION_24' },
      { key: 'inhaler', type: 'YES_NO', text: 'Do you have asthma and does your inhaler not help?', ifYes: 'EMERGENCY' },
      fever,
      worse,
    ],
  },
  stroke: {
    words: /\bface\b.*(droop|numb)|slurr|stroke|numb|paraly|weak(ness)? (in|of|on) (my|the|one) (arm|leg|side)/,
    questions: [
      { key: 'face_arm_speech', type: 'YES_NO', text: 'Is your face drooping on one side, can you not lift an arm, or is your speech slurred?', ifYes: 'EMERGENCY_AMBULANCE' },
      { key: 'vision', type: 'YES_NO', text: 'Did you suddenly lose part of your sight?', ifYes: 'EMERGENCY_AMBULANCE' },
      { key: 'passed', type: 'YES_NO', text: 'Did you have such signs in the last week, even if they have passed?', ifYes: 'EMERGENCY' },
      duration,
    ],
  },
  headache: {
    words: /head ?ache|migraine|\bhead\b/,
    questions: [
      { key: 'thunderclap', type: 'YES_NO', text: 'Did it come on within seconds and is it the worst of your life?', ifYes: 'EMERGENCY_AMBULANCE' },
      drowsy,
      { key: 'stiff_neck', type: 'YES_NO', text: 'Is your neck stiff or does light hurt your eyes?', ifYes: 'EMERGENCY', pairs: [{ with: 'fever', level: 'EMERGENCY_AMBULANCE' }] },
      { key: 'fever', type: 'YES_NO', text: 'Do you have a temperature of 38 °C or more?', ifYes: 'CONSULTATION' },
      { key: 'head_injury', type: 'YES_NO', text: 'Have you hit your head in the last days?', ifYes: 'EMERGENCY' },
      pain,
      duration,
    ],
  },
  abdominal_pain: {
    words: /stomach|abdom|belly|tummy|vomit|diarrh|nausea|appendi/,
    questions: [
      { key: 'blood', type: 'YES_NO', text: 'Is there blood in what you vomit or in your stool, or is the stool black?', ifYes: 'EMERGENCY', pairs: [{ with: 'faint', level: 'EMERGENCY_AMBULANCE' }] },
      { key: 'faint', type: 'YES_NO', text: 'Do you feel faint or are you pale and cold?', ifYes: 'EMERGENCY' },
      { key: 'rigid', type: 'YES_NO', text: 'Is your belly hard, or does it hurt to move?', ifYes: 'EMERGENCY' },
      { key: 'pregnant', type: 'YES_NO', text: 'Are you or could you be pregnant?', ifYes: 'CONSULTATION_24', pairs: [{ with: 'severe', level: 'EMERGENCY' }] },
      { key: 'severe', type: 'YES_NO', text: 'Is the pain severe or on one side low down?', ifYes: 'CONSULTATION_24' },
      { key: 'no_fluids', type: 'YES_NO', text: 'Can you not keep fluids down?', ifYes: 'CONSULTATION_24' },
      duration,
    ],
  },
  fever: {
    words: /fever|temperature|chill|\bflu\b/,
    questions: [
      { key: 'rash', type: 'YES_NO', text: 'Do you have a rash that does not fade when you press a glass on it?', ifYes: 'EMERGENCY_AMBULANCE' },
      drowsy,
      { key: 'fast_breathing', type: 'YES_NO', text: 'Are you breathing very fast?', ifYes: 'EMERGENCY' },
      { key: 'weak_defence', type: 'YES_NO', text: 'Are you on chemotherapy or is your immune system weak?', ifYes: 'EMERGENCY' },
      { key: 'long', type: 'YES_NO', text: 'Have you had it for more than three days?', ifYes: 'CONSULTATION_24' },
      worse,
    ],
  },
  injury: {
    words: /injur|\bfell\b|fall|fractur|broke|\bcut\b|burn|accident|sprain|bleed/,
    questions: [
      { key: 'heavy_bleeding', type: 'YES_NO', text: 'Is it bleeding heavily and does pressure not stop it?', ifYes: 'EMERGENCY_AMBULANCE' },
      { key: 'unconscious', type: 'YES_NO', text: 'Were you unconscious, or can you not remember what happened?', ifYes: 'EMERGENCY' },
      { key: 'deformed', type: 'YES_NO', text: 'Is a limb bent out of shape, numb or cold?', ifYes: 'EMERGENCY' },
      { key: 'weight', type: 'YES_NO', text: 'Can you not put weight on it or use it?', ifYes: 'CONSULTATION_24' },
      { key: 'large_burn', type: 'YES_NO', text: 'Is it a burn larger than your hand, or on face, hands or genitals?', ifYes: 'EMERGENCY' },
      pain,
    ],
  },
  allergy: {
    words: /allerg|sting|swollen (lips|tongue|face|throat)|hives/,
    questions: [
      { key: 'airway', type: 'YES_NO', text: 'Are your tongue, lips or throat swelling, or is it hard to breathe or swallow?', ifYes: 'EMERGENCY_AMBULANCE' },
      { key: 'faint', type: 'YES_NO', text: 'Do you feel faint?', ifYes: 'EMERGENCY_AMBULANCE' },
      { key: 'spreading_rash', type: 'YES_NO', text: 'Is the rash spreading quickly?', ifYes: 'EMERGENCY' },
      duration,
    ],
  },
  mental_health: {
    words: /suicid|kill myself|end my life|depress|anxi|panic|self.?harm|hopeless|mental/,
    questions: [
      { key: 'danger_now', type: 'YES_NO', text: 'Are you in danger of hurting yourself or somebody else now?', ifYes: 'EMERGENCY_AMBULANCE' },
      { key: 'plan', type: 'YES_NO', text: 'Have you thought of how you would end your life?', ifYes: 'EMERGENCY' },
      { key: 'voices', type: 'YES_NO', text: 'Do you hear or see things that others do not?', ifYes: 'CONSULTATION_24' },
      { key: 'coping', type: 'YES_NO', text: 'Can you no longer manage your day?', ifYes: 'CONSULTATION_24' },
      duration,
    ],
  },
  back_pain: {
    words: /\bback\b|spine|sciatica/,
    questions: [
      { key: 'cauda', type: 'YES_NO', text: 'Are you numb between the legs, or have you lost control of bladder or bowel?', ifYes: 'EMERGENCY' },
      { key: 'leg_weakness', type: 'YES_NO', text: 'Is a leg weak?', ifYes: 'CONSULTATION_24', pairs: [{ with: 'cauda', level: 'EMERGENCY_AMBULANCE' }] },
      { key: 'trauma', type: 'YES_NO', text: 'Did it follow a fall or an accident?', ifYes: 'CONSULTATION_24' },
      pain,
      duration,
    ],
  },
  throat_ear: {
    words: /throat|\bear\b|sinus|cough|\bcold\b|tonsil/,
    questions: [
      { key: 'cannot_swallow', type: 'YES_NO', text: 'Can you not swallow your saliva, or are you making a high-pitched sound when you breathe?', ifYes: 'EMERGENCY_AMBULANCE' },
      { key: 'blood', type: 'YES_NO', text: 'Are you coughing up blood?', ifYes: 'CONSULTATION_24' },
      fever,
      duration,
    ],
  },
  urinary: {
    words: /urin|bladder|kidney|\bpee\b/,
    questions: [
      { key: 'cannot_pass', type: 'YES_NO', text: 'Can you not pass any urine?', ifYes: 'EMERGENCY' },
      { key: 'flank', type: 'YES_NO', text: 'Do you have pain in your side or back?', ifYes: 'CONSULTATION_24', pairs: [{ with: 'fever', level: 'EMERGENCY' }] },
      fever,
      { key: 'pregnant', type: 'YES_NO', text: 'Are you or could you be pregnant?', ifYes: 'CONSULTATION_24' },
      duration,
    ],
  },
  other: {
    words: /(?:)/,
    questions: [
      { key: 'severe_now', type: 'YES_NO', text: 'Are you struggling to breathe, in severe pain, bleeding heavily, or feeling that you may faint?', ifYes: 'EMERGENCY_AMBULANCE' },
      fever,
      pain,
      worse,
      duration,
    ],
  },
};

/** Words that call for a level wherever they are said, whatever is answered later. */
export const RED_FLAG_WORDS: readonly { readonly code: string; readonly words: RegExp; readonly level: Level; readonly text: string }[] = [
  { code: 'words.not_breathing', words: /not breathing|stopped breathing|can.?t breathe|cannot breathe|blue lips|lips are blue/, level: 'EMERGENCY_AMBULANCE', text: 'Trouble breathing was mentioned.' },
  { code: 'words.unconscious', words: /unconscious|won.?t wake|passed out and|seizure|\bfit(ting)? (now|for)/, level: 'EMERGENCY_AMBULANCE', text: 'Unconsciousness or a seizure was mentioned.' },
  { code: 'words.stroke', words: /face (is )?droop|slurr(ed|ing) speech|speech is slurred/, level: 'EMERGENCY_AMBULANCE', text: 'Signs of a stroke were mentioned.' },
  { code: 'words.crushing_chest', words: /crushing.{0,20}chest|chest.{0,30}(crushing|pressure|tight)|pain.{0,20}(left arm|jaw)/, level: 'EMERGENCY_AMBULANCE', text: 'Pressure in the chest was mentioned.' },
  { code: 'words.self_harm', words: /kill myself|end my life|suicid/, level: 'EMERGENCY', text: 'Ending one’s life was mentioned.' },
  { code: 'words.overdose', words: /overdos|poison|swallowed (bleach|battery|tablets)/, level: 'EMERGENCY_AMBULANCE', text: 'An overdose or poison was mentioned.' },
  { code: 'words.heavy_bleeding', words: /(bleed|blood).{0,25}(heav|pouring|won.?t stop|everywhere)/, level: 'EMERGENCY_AMBULANCE', text: 'Heavy bleeding was mentioned.' },
  { code: 'words.throat_swelling', words: /(throat|tongue).{0,15}swell|swollen (throat|tongue)/, level: 'EMERGENCY_AMBULANCE', text: 'A swelling throat was mentioned.' },
];
