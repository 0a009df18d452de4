import { ContactKind } from '@changke/gen/customer/v1/contact'

const keys = {
  [ContactKind.OWN]: 'own', [ContactKind.SECRETARY]: 'secretary', [ContactKind.DRIVER]: 'driver', [ContactKind.ASSISTANT]: 'assistant', [ContactKind.FAMILY]: 'family', [ContactKind.OTHER]: 'other',
} as const

/** Whose number it is, in the order they are offered. */
export const contactKinds = [ContactKind.SECRETARY, ContactKind.DRIVER, ContactKind.ASSISTANT, ContactKind.FAMILY, ContactKind.OWN, ContactKind.OTHER] as const

/** The words of a kind. */
export const contactKey = (kind: ContactKind) => (kind === ContactKind.UNSPECIFIED ? 'other' : keys[kind])
