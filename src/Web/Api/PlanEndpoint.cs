using MuSc.Contracts.Http;
using MuSc.Engine.Plan;
using MuSc.Web.Problems;

namespace MuSc.Web.Api;

/// <summary><c>GET /v1/plan</c>: what a job would cost, as <c>musc plan</c> says it: from a probe of this machine of about a second.</summary>
internal sealed class PlanEndpoint : IDisposable
{
    private const int MostImages = 1_000_000;

    // Probes side by side would measure each other.
    private readonly SemaphoreSlim _turn = new(1);

    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/plan", (int images, string? backbone, int? size, int? subsets, PlanEndpoint plan, CancellationToken cancellationToken) =>
            plan.GetAsync(images, new JobRequest { Backbone = backbone, Size = size, Subsets = subsets }, cancellationToken))
        .WithTags("Server").WithName("plan").WithSummary("Estimate what a job would cost").Problems(400, 413);

    public void Dispose() => _turn.Dispose();

    private async Task<PlanResource> GetAsync(int images, JobRequest request, CancellationToken cancellationToken)
    {
        if (images is < 1 or > MostImages)
        {
            throw ApiProblem.Invalid("images", $"{images} images cannot be planned for: give 1 … {MostImages}.");
        }

        // They lie nowhere, but a specification names places.
        ScoringJobSpec spec = request.ToSpec(null) with { Source = null, Images = [.. Enumerable.Range(0, images).Select(i => new ImageFile($"{i}", $"{i}"))] };
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return Of(await Task.Run(() => JobEstimate.Of(spec, cancellationToken), cancellationToken));
        }
        catch (OverflowException)
        {
            throw ApiProblem.TooLarge("images", $"A job of {images} images at this size has more pairs of patches than can be counted: give fewer images, a smaller size or more subsets.");
        }
        finally
        {
            _turn.Release();
        }
    }

    private static PlanResource Of(JobEstimate estimate) => new(
        estimate.Plan.Images, estimate.Size, estimate.Plan.Pairs, estimate.Plan.Memory.Total, estimate.Plan.FeatureBytes,
        (long)estimate.Plan.Images * estimate.Size * estimate.Size * sizeof(float),
        Math.Round(estimate.Extraction.TotalSeconds, 2), Math.Round(estimate.Scoring.TotalSeconds, 2));
}
