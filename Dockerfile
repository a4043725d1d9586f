# One image for every process of the house: `serve <service>`, `work <service>`, `gateway`, `prepare`. Built with everything that they need; nothing is made at start.
FROM node:22-bookworm-slim
WORKDIR /olly
COPY . .
RUN npx -y pnpm@12.21.0 install --frozen-lockfile \
 && node scripts/olly.mjs build \
 && mkdir /data && chown node:node /data
USER node
ENV HOST=0.0.0.0 OLLY_DATA_DIR=/data
VOLUME /data
EXPOSE 4000 4001
ENTRYPOINT ["node", "scripts/olly.mjs"]
CMD ["gateway"]
