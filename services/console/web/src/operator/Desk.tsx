import { OperatorAuthService } from '@changke/gen/operator/v1/operator_auth_service'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, Outlet, useLocation, useNavigate } from 'react-router'
import { switchLanguage } from '../i18n/index.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Failure } from '../ui/parts.tsx'
import { StepUpHost } from '../app/StepUpHost.tsx'
import { Prove } from './Prove.tsx'
import './operator.css'

const pages = [['chains', '/operator'], ['support', '/operator/support'], ['acts', '/operator/acts']] as const

/** The frame of the operator's pages. */
export default function Desk() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const other = lang === 'en' ? 'zh-CN' : 'en'
  const navigate = useNavigate()
  const client = useQueryClient()
  const { pathname } = useLocation()
  const who = useQuery(OperatorAuthService.method.getOperator, {}, { staleTime: 60_000 })
  const logout = useMutation(OperatorAuthService.method.logoutOperator, {
    onSettled: () => {
      client.clear()
      void navigate('/operator/login')
    },
  })
  return (
    <div className="desk">
      <header>
        <div className="brand"><img src="/favicon.svg" alt="" width="28" height="28" /><span>{t('operator.brand')}</span></div>
        <nav aria-label={t('operator.menu')}>
          {pages.map(([key, to]) => <Link key={key} to={to} aria-current={pathname === to ? 'page' : undefined}>{t(`operator.${key}`)}</Link>)}
        </nav>
        <span className="grow" />
        <span className="second">{who.data?.operator?.name}</span>
        <button type="button" className="iconbutton language" lang={other} onClick={() => void switchLanguage(other)}><Icon name="world" size={18} />{other === 'en' ? 'English' : '中文'}</button>
        <button type="button" className="iconbutton" title={t('operator.logout')} aria-label={t('operator.logout')} disabled={logout.isPending} onClick={() => logout.mutate({})}><Icon name="out" size={18} /></button>
      </header>
      <StepUpHost with={Prove} />
      <main id="main">{who.data ? <Outlet /> : who.error ? <Failure error={who.error} onRetry={() => void who.refetch()} /> : <Bones rows={5} />}</main>
    </div>
  )
}
