namespace MuSc.Cli.Commands.Cluster;

/// <summary>What is printed at the end of a cluster's job: the same as at the end of <c>musc score</c>.</summary>
internal static class JobOutcome
{
    public static void Write(string id, JobResults results, int rows, bool json)
    {
        if (json)
        {
            JsonOutput.Write(writer =>
            {
                writer.WriteString("job", id);
                JsonOutput.WriteResults(writer, results);
            });
        }
        else
        {
            // Without a report, or where the cluster's files are not seen from here, the table of scores is what there is to name.
            bool report = File.Exists(Path.Combine(results.Folder, "report.html"));
            JobSummary.Write(results, new OutputOptions { Folder = results.Folder, Report = report }, rows, Consoles.Results());
        }
    }
}
