import type { Permission } from '@changke/gen/staff/v1/staff'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../ui/hooks.ts'

const groups = ['store', 'rules', 'staff', 'account', 'role', 'delegation', 'session', 'apikey', 'audit', 'customer', 'caller', 'booking', 'message', 'decision', 'run', 'score', 'finding', 'today', 'board', 'request'] as const

/** The group of a permission: what it is about, "customer" of "customer.review". */
export const groupOf = (permission: string) => groups.find((g) => permission.startsWith(`${g}.`)) ?? 'other'

// What a delegate is asked for most stands first.
const rank = (group: string) => ['customer', 'account', 'booking'].indexOf(group) + 1 || 9

/** Groups of permissions, each once. */
export const groupsOf = (permissions: string[]) => [...new Set(permissions.map(groupOf))].sort((a, b) => rank(a) - rank(b))

/** Words for a permission: the server's in Chinese, the console's own in English. */
export function useRightWords() {
  const { t } = useTranslation()
  const lang = useLanguage()
  return (p: Permission) => (lang === 'zh-CN' ? p.label : (t as (key: string, options: object) => string)(`rights.${p.name.replace('.', '_')}`, { defaultValue: p.name }))
}
