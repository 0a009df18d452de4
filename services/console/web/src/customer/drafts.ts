// What a person types into a file stays on his device until the server has it:
// a dead battery or a closed tab loses nothing. Signing out clears it.
import type { Sex } from '@changke/gen/customer/v1/customer'

/** The fields of a file as a form holds them. */
export interface FormFields {
  name: string
  /** The guest's name really is so, although the rule refuses it; the reviewer decides. */
  nameInsisted: boolean
  sex: Sex
  number: string
  howKnown: string
  employer: string
  jobTitle: string
  address: string
  birthday: string
  taste: string
  favourites: string
  taboos: string
  invoiceTitle: string
  consent: boolean
}

/** What is kept on the device for one form. */
export interface Draft {
  /** Made once for a new file: a retry with it never makes a second one. */
  requestId: string
  storeId: string
  fields: Partial<FormFields>
}

const prefix = 'changke.draft.'

/** Reads a draft; undefined when there is none. */
export function readDraft(key: string): Draft | undefined {
  const text = localStorage.getItem(prefix + key)
  if (!text) return undefined
  try {
    return JSON.parse(text) as Draft
  } catch {
    return undefined
  }
}

/** Keeps a draft. */
export function keepDraft(key: string, draft: Draft): void {
  localStorage.setItem(prefix + key, JSON.stringify(draft))
}

/** Drops a draft once the server has it. */
export function dropDraft(key: string): void {
  localStorage.removeItem(prefix + key)
}

/** Drops every draft on the device. */
export function dropDrafts(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key)
}
