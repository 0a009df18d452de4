/** The events there are, and the key of their words. */
export const types = { 'booking.changed': 'booking', 'guest.became_vip': 'vip', 'guest.became_public': 'public', 'guest.blacklisted': 'blacklisted', ping: 'ping' } as const

/** The key of an event's words. */
export const wordOf = (type: string) => types[type as keyof typeof types]
