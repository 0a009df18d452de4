import type { Permission } from '@changke/gen/staff/v1/staff'
import { useLanguage } from '../ui/hooks.ts'

const groups = ['store', 'rules', 'staff', 'account', 'role', 'delegation', 'session', 'apikey', 'audit', 'customer', 'caller', 'booking', 'message', 'decision', 'run', 'score', 'finding', 'today', 'board', 'request'] as const

/** The group of a permission: what it is about, "customer" of "customer.review". */
export const groupOf = (permission: string) => groups.find((g) => permission.startsWith(`${g}.`)) ?? 'other'

// What a delegate is asked for most stands first.
const rank = (group: string) => ['customer', 'account', 'booking'].indexOf(group) + 1 || 9

/** Groups of permissions, each once. */
export const groupsOf = (permissions: string[]) => [...new Set(permissions.map(groupOf))].sort((a, b) => rank(a) - rank(b))

/** Words for a permission, the server's. */
export function useRightWords() {
  const lang = useLanguage()
  return (p: Permission) => (lang === 'zh-CN' ? p.label : p.labelEn)
}
