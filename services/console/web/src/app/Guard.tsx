import { RoleService } from '@changke/gen/staff/v1/role_service'
import { useQuery } from '@connectrpc/connect-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Empty, Go, PageHead } from '../ui/parts.tsx'
import { useMay } from './me.tsx'
import type { Needs, Permission } from './rights.ts'

// The key of a right's word; each needs one, or this file does not compile.
type WordOf<P extends string> = P extends `${infer What}.${infer Act}` ? `${What}_${Act}` : never

/** Shows a page to those who hold its right; tells others who could give it. */
export function Guard({ needs, children }: { needs: Needs; children: ReactNode }) {
  return useMay()(needs) ? children : <Forbidden needs={[needs].flat()[0]!} />
}

/** What is missing, which roles have it, and who may give one. */
function Forbidden({ needs }: { needs: Permission }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { data } = useQuery(RoleService.method.whoCanGive, { permission: needs }, { retry: false })
  const roles = data?.roles ?? []
  const givers = data?.givers ?? []
  return (
    <div className="page">
      <PageHead title={t('forbidden.title')} />
      <div className="card">
        <Empty icon="lock" title={t('forbidden.need', { right: t(`rights.${needs.replace('.', '_') as WordOf<Permission>}`) })} text={data ? undefined : t('forbidden.who')} />
        {data && (
          <dl className="givers">
            {roles.length > 0 && <><dt>{t('roles.give.roles')}</dt><dd lang="zh-CN">{joinWords(roles, lang)}</dd></>}
            <dt>{t('roles.give.people')}</dt><dd>{givers.length > 0 ? <span lang="zh-CN">{joinWords(givers, lang)}</span> : t('roles.give.nobody')}</dd>
          </dl>
        )}
        <p className="givers-foot"><Go to="/">{t('forbidden.home')}</Go></p>
      </div>
    </div>
  )
}
