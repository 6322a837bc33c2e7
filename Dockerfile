# One image for gateway, flows and edge; the command says which.
FROM node:24-bookworm-slim AS build
WORKDIR /opt/quantrac
COPY package.json package-lock.json .npmrc ./
# The image's own Node.js is the runtime: the one from npm is not needed here.
RUN npm ci --ignore-scripts
COPY . .
RUN npx vite build dashboards --logLevel warn && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
WORKDIR /opt/quantrac
COPY --from=build /opt/quantrac ./
RUN mkdir -p /var/lib/quantrac node_modules/.cache && chown node:node /var/lib/quantrac node_modules/.cache
USER node
RUN node quantrac.js compile
VOLUME /var/lib/quantrac
ENTRYPOINT ["node", "/opt/quantrac/quantrac.js"]
