/** Chat services by HTTP, such as Zalo OA: the whole text of a message and its link, to whatever the service calls a person. */
import { type Channel, textWithLink, Undeliverable } from '../channel.ts';
import type { TemplateSettings } from './settings.ts';
import { openTemplate } from './template.ts';

/**
 * The address is put in as it is, under each of the names that an address has. The link is part of the text unless the template
 * has a place of its own for it. Throws a UserFault as openTemplate does.
 */
export function openChat(settings: TemplateSettings, where: string): Channel {
  const template = openTemplate(settings, where);
  const { body, url: at, headers } = settings;
  const hasPlaceForLink = [body, at, ...Object.values(headers)].some((part) => part?.includes('{url}'));
  return {
    async send(address, message, signal) {
      if (!/^[\x21-\x7e]{1,200}$/.test(address))
        throw new Undeliverable('this is no address of a chat service');
      const to = { to: address, to_international: address, to_digits: address };
      const { id, level, title, url } = message;
      const text = hasPlaceForLink ? message.text : textWithLink(message);
      await template.send({ ...to, text, title, id, level, url: url ?? '' }, signal);
    },
    async close() {
      template.close();
    },
  };
}
