/** A letter: a heading and paragraphs. Pure. */
import { headOf, type Setting } from './setting.ts';

export const letterModel = (setting: Setting, letter: { readonly title: string; readonly paragraphs: readonly string[] }) => ({
  ...headOf(setting, letter.title),
  letter: { paragraphs: letter.paragraphs },
});
