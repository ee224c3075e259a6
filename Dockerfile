# syntax=docker/dockerfile:1
# imagepull-exporter as one bundle on a base without shell or package manager.
#
#   docker build --build-arg VERSION=0.1.0 --build-arg REVISION=$(git rev-parse HEAD) -t imagepull-exporter .
#
# Run it read-only and without privileges; Kubernetes probes /-/healthy and /-/ready.

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
COPY build/link-node.js build/
# The optional dependencies hold the bundler's native part, so they are not omitted here.
RUN npm ci --no-audit --no-fund
COPY . .
ARG REVISION=unknown
RUN IMAGEPULL_BUILD_REVISION=${REVISION} npm run bundle

FROM gcr.io/distroless/nodejs24-debian12:nonroot
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="imagepull-exporter" \
      org.opencontainers.image.description="Why container images cannot be pulled, as Prometheus metrics" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
WORKDIR /app
COPY --from=build /src/dist /src/LICENSE ./
USER 65532:65532
EXPOSE 9836
# The small young generation saves tens of MB of resident memory while lists stream in. Source maps lie beside the
# chunks for whoever reads a stack trace; loading them at run time would cost 6 MB.
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=2", "/app/main.js"]
CMD ["serve"]
HEALTHCHECK NONE
