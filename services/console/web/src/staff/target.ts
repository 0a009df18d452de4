/** Where sessionStorage keeps the page wanted while the browser is at the chain's provider. */
export const ssoTarget = 'changke.sso.to'

/** The page to go on to: only a path of our own, never another site. */
export function target(to: string | null): string {
  return to && /^\/(?![/\\])/.test(to) ? to : '/'
}
