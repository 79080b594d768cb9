using MuSc.Engine.Inputs;

namespace MuSc.Grains.Jobs;

/// <summary>Every image is decoded once, spread over the extractors, so that bad files are known before any work.</summary>
internal static class CheckStep
{
    private const int ImagesAtOnce = 8;
    private const int CallsAtOnce = 8;

    /// <exception cref="JobException">Some images are bad, and the job does not skip them; or nobody can check.</exception>
    public static async Task<ImageCheckMessage[]> RunAsync(
        string job, ScoringJobSpec spec, JobServices services, Action<int> done, CancellationToken cancellationToken)
    {
        ImageFile[] images = [.. spec.Images, .. spec.References];
        ImageCheckMessage[] checks = new ImageCheckMessage[images.Length];
        using SemaphoreSlim calls = new(CallsAtOnce);
        await Task.WhenAll(Enumerable.Range(0, (images.Length + ImagesAtOnce - 1) / ImagesAtOnce).Select(CheckAsync));

        if (!spec.SkipBad)
        {
            ImageCheck.ThrowIfAnyIsBad([.. images.Zip(
                checks, (image, check) => new CheckedImage(image, check.Width, check.Height, string.Empty, check.Reason))]);
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
                IReadOnlyList<ImageCheckMessage> answers = await services.Calls.ToRoleAsync(
                    SiloRoles.Extract, () => extractor.CheckAsync(paths, spec.ApplyExif, cancellationToken), cancellationToken);
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
