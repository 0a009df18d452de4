// What a person types into a file stays on his device until the server has it: a
// dead battery, a closed tab or a cellar without a line loses nothing. It lies
// there as ciphertext under a key that the server gives to him alone and that
// this page holds in memory only: to the next person at a shared phone it says
// nothing, and to himself everything when he signs in again.
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { managedNonce } from '@noble/ciphers/utils.js'
import type { FileFields } from '@changke/gen/customer/v1/customer'

type Plain<T> = Omit<T, '$typeName' | '$unknown'>

/** The fields of a file as a form holds them. */
export type FormFields = Plain<FileFields>

/** What is kept on the device for one form. */
export interface Draft {
  /** "new.<request id>" or "file.<file id>". */
  id: string
  /** Made once for a new file: a retry with it never makes a second one. */
  requestId: string
  storeId: string
  /** What was typed; of a file on the server only what differs from it. */
  fields: Partial<FormFields>
  /** The guest's name, for lists. */
  name: string
  /** When it was typed, in ms. */
  at: number
  /** What the person asked for while there was no line: it is sent by itself when there is one. */
  send?: 'save' | 'submit'
  /** Why the server would not have it; until the person has mended it nothing is sent. */
  refused?: string
}

/** A value's text without what only messages carry: equal values read equal. */
export const plain = (value: unknown): string => JSON.stringify(value, (key, v: unknown) => (key.startsWith('$') ? undefined : v)) ?? ''

const prefix = 'changke.draft.'
const keepFor = 60 * 24 * 3_600_000

const base64 = (bytes: Uint8Array) => btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(''))
const bytesOf = (text: string) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))

/** The unsent files of one person on this device. */
export class Drafts {
  readonly #prefix: string
  readonly #cipher: ReturnType<ReturnType<typeof managedNonce<typeof xchacha20poly1305>>>
  readonly #watchers = new Set<() => void>()
  #all: Draft[]
  /** Drafts that the server has by now, with the id of their file. */
  readonly sent = new Map<string, string>()

  constructor(personId: string, key: Uint8Array) {
    this.#prefix = `${prefix}${personId}.`
    this.#cipher = managedNonce(xchacha20poly1305)(key)
    this.#all = this.#load()
    window.addEventListener('storage', (e) => {
      if (!e.key || e.key.startsWith(this.#prefix)) this.#changed()
    })
  }

  /** Every draft, the newest first; the same list until something changes. */
  all = (): Draft[] => this.#all

  /** One draft. */
  read(id: string): Draft | undefined {
    return this.#all.find((d) => d.id === id)
  }

  /** Keeps a draft. */
  keep(draft: Draft): void {
    const text = new TextEncoder().encode(plain(draft))
    localStorage.setItem(this.#prefix + draft.id, base64(this.#cipher.encrypt(text)))
    this.#changed()
  }

  /** Drops a draft: the server has it as this file, or the person wants it no more. */
  drop(id: string, fileId?: string): void {
    if (fileId) this.sent.set(id, fileId)
    else if (!this.read(id)) return
    localStorage.removeItem(this.#prefix + id)
    this.#changed()
  }

  /** Calls back after every change. */
  watch = (changed: () => void): (() => void) => {
    this.#watchers.add(changed)
    return () => this.#watchers.delete(changed)
  }

  #changed() {
    this.#all = this.#load()
    for (const w of this.#watchers) w()
  }

  #load(): Draft[] {
    const out: Draft[] = []
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(this.#prefix)) continue
      try {
        const draft = JSON.parse(new TextDecoder().decode(this.#cipher.decrypt(bytesOf(localStorage.getItem(key) ?? '')))) as Draft
        if (draft.at > Date.now() - keepFor) {
          out.push(draft)
          continue
        }
      } catch {
        // Damaged, or of a time when drafts were not boxed.
      }
      localStorage.removeItem(key)
    }
    return out.sort((a, b) => b.at - a.at)
  }
}
