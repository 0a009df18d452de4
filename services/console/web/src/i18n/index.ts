// Chinese first, English complete. A phone loads the one language it uses.
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Language } from '../ui/format.ts'
import type zh from './zh-CN/index.ts'

/** The shape of the Chinese words, which every language fills; `_one` is for languages with a plural. */
export type Words<T> = { [K in keyof T]: T[K] extends string ? string : Words<T[K]> } & { [K in keyof T as T[K] extends string ? `${K & string}_one` : never]?: string }

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof zh }
    returnNull: false
  }
}

const loaders = {
  'zh-CN': { first: () => import('./zh-CN/first.ts'), all: () => import('./zh-CN/index.ts') },
  en: { first: () => import('./en/first.ts'), all: () => import('./en/index.ts') },
}
const stored = 'changke.language'
let loaded: Partial<Record<Language, 'first' | 'all'>> = {}
let wanted: 'first' | 'all' = 'first'

async function load(lang: Language) {
  document.documentElement.lang = lang
  const part = wanted
  if (loaded[lang] === part) return
  i18next.addResourceBundle(lang, 'translation', (await loaders[lang][part]()).default, false, true)
  loaded[lang] = part
}

/** Loads what needs more than the words of the first page, and all words with it. */
export async function withWords<T>(code: () => Promise<T>): Promise<T> {
  wanted = 'all'
  const [module] = await Promise.all([code(), load(i18next.language as Language)])
  return module
}

/** Loads the person's language, Chinese unless he chose English, and makes i18next ready. */
export async function startLanguage(): Promise<void> {
  const lang: Language = localStorage.getItem(stored) === 'en' ? 'en' : 'zh-CN'
  await i18next.use(initReactI18next).init({ lng: lang, resources: {}, fallbackLng: false, interpolation: { escapeValue: false } })
  loaded = {}
  await load(lang)
  await i18next.changeLanguage(lang)
}

/** Changes the language now and for the next visit. */
export async function switchLanguage(lang: Language): Promise<void> {
  localStorage.setItem(stored, lang)
  await load(lang)
  await i18next.changeLanguage(lang)
}
