/** Hands bytes of a workbook to the browser as a file. */
export function saveWorkbook(file: Uint8Array, name: string) {
  const url = URL.createObjectURL(new Blob([file.slice()], { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}
