using System.Reflection;
using MuSc.Grains.Compute;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace MuSc.Silo.Hosting;

/// <summary>Metrics of a silo: for Prometheus, and over OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
internal static class Telemetry
{
    private const string ServiceName = "musc";

    /// <summary>The program's version.</summary>
    private static readonly string? Version = typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    /// <summary>The metrics of a silo of this name.</summary>
    public static MeterProvider Metrics(string silo)
    {
        MeterProviderBuilder metrics = Sdk.CreateMeterProviderBuilder()
            // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.
            .SetResourceBuilder(ResourceBuilder.CreateEmpty()
                .AddTelemetrySdk()
                .AddService(ServiceName, serviceVersion: Version, autoGenerateServiceInstanceId: false, serviceInstanceId: silo)
                .AddEnvironmentVariableDetector())
            .AddMeter(ClusterMetrics.MeterName, "Microsoft.Orleans", "System.Runtime")
            .AddPrometheusExporter();
        return (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 } ? metrics.AddOtlpExporter() : metrics).Build();
    }
}
