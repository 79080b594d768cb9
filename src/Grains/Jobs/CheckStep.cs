using MuSc.Contracts;
using MuSc.Grains.Features;
using MuSc.Grains.Messages;

namespace MuSc.Grains.Jobs;

/// <summary>Every image is decoded once, spread over the extractors, so that bad files are known before any work.</summary>
internal static class CheckStep
{
    private const int ImagesAtOnce = 8;
    private const int CallsAtOnce = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <exception cref="JobException">Some images are bad, and the job does not skip them; or nobody can check.</exception>
    public static async Task<ImageCheckMessage[]> RunAsync(
        string job, ScoringJobSpec spec, JobServices services, Action<int> done, CancellationToken cancellationToken)
    {
        ImageFile[] images = [.. spec.Images, .. spec.References];
        ImageCheckMessage[] checks = new ImageCheckMessage[images.Length];
        using SemaphoreSlim calls = new(CallsAtOnce);
        await Task.WhenAll(Enumerable.Range(0, (images.Length + ImagesAtOnce - 1) / ImagesAtOnce).Select(CheckAsync));

        string[] problems = [.. images.Zip(checks).Where(pair => pair.Second.Reason is not null).Select(pair => $"{pair.First.Path}: {pair.Second.Reason}")];
        if (problems.Length > 0 && !spec.SkipBad)
        {
            string count = problems.Length == 1 ? "One image" : $"{problems.Length} of {images.Length} images";
            throw new JobException(
                JobErrorKind.Input,
                $"{count} cannot be used (--skip-bad leaves such images out):{Environment.NewLine}{string.Join(Environment.NewLine, problems)}");
        }

        return checks;

        async Task CheckAsync(int group)
        {
            await calls.WaitAsync(cancellationToken);
            try
            {
                int first = group * ImagesAtOnce;
                string[] paths = [.. images.Skip(first).Take(ImagesAtOnce).Select(image => image.Path)];
                IFeatureExtractorGrain extractor = Extractors.Of(services.Grains, GrainKeys.Block(job, 0, group), "cpu");
                IReadOnlyList<ImageCheckMessage> answers = await ClusterCalls.UntilAsync(
                    () => extractor.CheckAsync(paths, spec.ApplyExif, cancellationToken), SiloRoles.Extract, Patience, services.Time, cancellationToken);
                for (int index = 0; index < answers.Count; index++)
                {
                    checks[first + index] = answers[index];
                }

                done(answers.Count);
            }
            finally
            {
                calls.Release();
            }
        }
    }
}
