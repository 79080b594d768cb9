using System.Reflection;
using MuSc.Grains;
using MuSc.Grains.Compute;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MuSc.Silo.Hosting;

/// <summary>What is seen from outside: metrics of a silo for Prometheus, and metrics and traces over OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
public static class Telemetry
{
    private const string ServiceName = "musc";

    /// <summary>The program's version.</summary>
    private static readonly string? Version = typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    private static bool IsSent => Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 };

    /// <summary>The metrics of a silo of this name.</summary>
    public static MeterProvider Metrics(string silo)
    {
        MeterProviderBuilder metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(Resource(silo))
            .AddMeter(ClusterMetrics.MeterName, "Microsoft.Orleans", "System.Runtime")
            .AddPrometheusExporter();
        return (IsSent ? metrics.AddOtlpExporter() : metrics).Build();
    }

    /// <summary>The traces of a silo or a client of this name; null where nobody is to have them.</summary>
    public static TracerProvider? Traces(string name) => !IsSent ? null : Sdk.CreateTracerProviderBuilder()
        .SetResourceBuilder(Resource(name))
        .AddSource(ClusterTraces.SourceName, Orleans.Diagnostics.ActivitySources.ApplicationGrainActivitySourceName)
        .SetSampler(new ParentBasedSampler(new JobsOnly()))
        .AddOtlpExporter()
        .Build();

    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.
    private static ResourceBuilder Resource(string name) => ResourceBuilder.CreateEmpty()
        .AddTelemetrySdk()
        .AddService(ServiceName, serviceVersion: Version, autoGenerateServiceInstanceId: false, serviceInstanceId: name)
        .AddEnvironmentVariableDetector();

    // A trace begins with a job: what silos ask each other all the time, for no job, would drown it.
    private sealed class JobsOnly : Sampler
    {
        public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
            new(samplingParameters.Name is ClusterTraces.Submit or ClusterTraces.Job);
    }
}
