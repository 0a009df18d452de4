export const stepUp = {
  title: 'Confirm that it is you',
  text: 'This act is sensitive. Once you have confirmed, it goes on by itself; you will not be asked again for ten minutes.',
  go: 'Confirm and go on',
}
