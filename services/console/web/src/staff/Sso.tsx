import { create } from '@bufbuild/protobuf'
import { AuthService, WhoAmIResponseSchema } from '@changke/gen/staff/v1/auth_service'
import { createConnectQueryKey, useMutation, useTransport } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Failure } from '../ui/parts.tsx'
import { ssoTarget, target } from './target.ts'
import './login.css'

/** Where the chain's own provider sends the browser back to: ends the login and goes on to the page that was wanted. */
export default function Sso() {
  const { t } = useTranslation()
  const [params] = useSearchParams()
  const navigate = useNavigate()
  const client = useQueryClient()
  const transport = useTransport()
  const [back] = useState(() => ({ code: params.get('code') ?? '', state: params.get('state') ?? '' }))
  const { mutate, error } = useMutation(AuthService.method.finishSso, {
    gcTime: 0,
    onSuccess: ({ me }) => {
      client.clear()
      client.setQueryData(createConnectQueryKey({ schema: AuthService.method.whoAmI, input: {}, transport, cardinality: 'finite' }), create(WhoAmIResponseSchema, { me }))
      const to = target(sessionStorage.getItem(ssoTarget))
      sessionStorage.removeItem(ssoTarget)
      void navigate(to, { replace: true })
    },
  })
  const complete = back.code !== '' && back.state !== ''
  useEffect(() => {
    document.title = `${t('login.sso')} · ${t('app.name')}`
    // What the provider sent counts once and is nobody else's: out of the address.
    window.history.replaceState(window.history.state, '', '/login/sso')
    if (complete) mutate(back)
  }, [mutate, back, complete, t])
  return (
    <div className="login sso">
      <main>
        <form>
          <h1>{t('login.sso')}</h1>
          {complete && !error && <Bones rows={2} h={44} />}
          {!complete && <p className="notice" role="alert"><Icon name="alert" />{t('login.ssoRefused')}</p>}
          <Failure error={error} />
          {(error || !complete) && <Link className="linklike" to="/login">{t('login.ssoBack')}</Link>}
        </form>
      </main>
    </div>
  )
}
